/** Makes `dist/run` from what `tsc` made: each app and each thread's file with all it needs, because finding and reading thousands of modules
 *  is most of a start. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { APPS, root } from './prepare.mjs';

const dist = join(root, 'dist');
const run = join(dist, 'run');
/** Vite brings it along. */
const vite = createRequire(createRequire(import.meta.url).resolve('vite/package.json'));
const { rolldown } = await import(pathToFileURL(vite.resolve('rolldown')).href);

/** What finds files of its own beside itself: native code, WebAssembly, `.proto` files. */
const LEFT_OUTSIDE = [/^better-sqlite3/, /^@duckdb\/node-bindings/, /^@node-rs\//, /^parquet-wasm/, /^@eventstore\//];

/** Files that `new Worker` names; nothing imports them. */
const workers = readdirSync(dist, { recursive: true })
  .filter((path) => /^(apps|libs)\/.*\.worker\.js$/.test(path))
  .map((path) => join(dist, path));
const entries = new Map([
  ...APPS.map((app) => [join(dist, `apps/${app}/src/main.js`), app]),
  ...workers.map((path) => [path, basename(path, '.js')]),
]);
if (new Set(entries.values()).size < entries.size)
  throw new Error('Two threads have files of one name; in dist/run there is room for one.');

/** `new URL('…', import.meta.url)` goes on naming the same file. */
const keepUrls = {
  name: 'keep-urls',
  transform(code, id) {
    if (!code.includes('import.meta.url') || id.includes('node_modules')) return undefined;
    const moved = code.replace(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, path) => {
      const file = resolve(dirname(id), path);
      const inRun = entries.has(file) ? `./${entries.get(file)}.js` : relative(run, file);
      return `new URL('${inRun}', import.meta.url)`;
    });
    // The lines stay the same.
    return { code: moved, map: null };
  },
};

const bundle = await rolldown({
  input: Object.fromEntries([...entries].map(([path, name]) => [name, path])),
  platform: 'node',
  external: LEFT_OUTSIDE,
  plugins: [keepUrls],
  onLog(level, log) {
    const isMissing = log.code === 'UNRESOLVED_IMPORT';
    // Packages look for others that one may install, and go on without them.
    if (isMissing && log.message.includes('node_modules')) return;
    if (isMissing) throw new Error(log.message);
    process.stderr.write(`${level}: ${log.message}\n`);
  },
});
await bundle.write({
  dir: run,
  cleanDir: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // Names of classes are seen: in errors, in the OpenAPI document, by Nest.
  keepNames: true,
  sourcemap: true,
});
await bundle.close();
