/** The client's published tests, from a checkout of its repository, over the stand-in: see the README of the folder above. */
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const own = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const folder = process.env.PUBLISHED_CLIENT_TESTS;
if (folder === undefined) throw new Error('PUBLISHED_CLIENT_TESTS names no folder: packages/test/src/streams of a checkout of the client.');

/** No such thing in the stand-in: links made by the server's projections, and access lists. */
const LEFT_OUT = ['resolve link tos', 'AccessDenied'];

/** What the tests import, under each name that the client has had; what the adapter itself imports is left alone. */
const imports: Plugin = {
  name: 'published-client-tests',
  enforce: 'pre',
  resolveId(id, importer) {
    if (!importer?.startsWith(folder)) return undefined;
    if (id === '@test-utils') return own('test-utils.ts');
    const [, generated] = /^@(?:eventstore|kurrent)\/(?:kurrent)?db-client(\/generated\/.*?)?(?:\.js)?$/.exec(id) ?? [id];
    if (generated !== undefined) return own(`../../../../node_modules/@eventstore/db-client${generated}.js`);
    return /^@(eventstore|kurrent)\/(kurrent)?db-client$/.test(id) ? own('client.ts') : undefined;
  },
};

export default defineConfig({
  root: folder,
  plugins: [imports],
  test: {
    include: ['**/*.test.ts'],
    globals: true,
    setupFiles: [own('setup.ts')],
    testNamePattern: new RegExp(`^(?!.*(${LEFT_OUT.join('|')}))`),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
