import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
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

/** What is held to a time that a busy machine does not keep, though it is among the units. */
const HELD_TO_A_TIME = ['apps/projector/src/ownership/shared-ownership.spec.ts'];

/** Nothing but functions and files that are read: these share the modules that they import, which else take longer than their tests. */
const PURE = [
  '{libs/{contracts,domain,timeseries},apps/dashboard,bench}/**/*.spec.ts',
  'test/{deployment,simulation}/**/*.spec.ts',
  'test/tidy.spec.ts',
];

const CONTRACT = ['test/{contract,support}/**/*.spec.ts'];

/** Only what starts no platform: clusters, browsers and kills by the clock have the machine to themselves. */
const sideBySide = { maxWorkers: Math.max(2, availableParallelism() - 1), sequence: { groupOrder: 1 } };
const alone = { maxWorkers: 1, sequence: { groupOrder: 2 } };

const projects = [
  { name: 'pure', include: PURE, isolate: false, ...sideBySide },
  { name: 'units', include: ['{apps,libs}/**/*.spec.ts'], exclude: [...PURE, ...HELD_TO_A_TIME], ...sideBySide },
  { name: 'contract', include: CONTRACT, ...alone },
  { name: 'embedded', include: [...HELD_TO_A_TIME, 'test/**/*.spec.ts'], exclude: [...PURE, ...CONTRACT], ...alone },
];
const distributed = {
  name: 'distributed',
  include: JOURNEYS,
  env: { THINGSIO_TEST_PLATFORM: 'distributed' },
  hookTimeout: 120_000,
  ...alone,
};

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
    projects: [...projects, ...(serversAreHere(existsSync) ? [distributed] : [])].map((test) => ({ extends: true as const, test })),
  },
});
