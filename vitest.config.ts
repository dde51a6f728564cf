import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { serversAreHere } from './test/support/servers-are-here.js';

/** Journeys that are the same on both platforms: run once on each, from the same files. */
const JOURNEYS = [
  'test/journey/spine.spec.ts',
  'test/journey/contract.spec.ts',
  'test/journey/live-contract.spec.ts',
  'test/journey/analyses.spec.ts',
  'test/journey/models.spec.ts',
  'test/journey/operator.spec.ts',
  'test/journey/traces.spec.ts',
  'test/journey/alerts.spec.ts',
];

const everything = {
  name: 'embedded',
  include: ['apps/**/*.spec.ts', 'libs/**/*.spec.ts', 'test/**/*.spec.ts', 'bench/**/*.spec.ts'],
};
const distributed = { name: 'distributed', include: JOURNEYS, env: { THINGSIO_TEST_PLATFORM: 'distributed' }, hookTimeout: 120_000 };

/** Units and contract suites run from source; journeys run against `dist`, which `npm test` builds first. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
  oxc: false,
  esbuild: { target: 'es2023', tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } },
  test: {
    exclude: ['**/node_modules/**', 'dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [everything, ...(serversAreHere(existsSync) ? [distributed] : [])].map((test) => ({ extends: true as const, test })),
  },
});
