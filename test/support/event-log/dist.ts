/** The adapter as it was built: a worker thread cannot be started from TypeScript sources. */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/dist\/?$/, '/');
const adapters = `${root}dist/libs/adapters/src/sqlite/index.js`;

export async function builtSqliteAdapters(): Promise<typeof import('#adapters/sqlite')> {
  if (!existsSync(adapters)) throw new Error('dist is missing: run `npx tsc -p tsconfig.build.json` first');
  return (await import(/* @vite-ignore */ pathToFileURL(adapters).href)) as typeof import('#adapters/sqlite');
}
