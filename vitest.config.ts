import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { serversAreHere } from './test/support/servers-are-here.js';

/** Journeys that are the same on both platforms: run once on each, from the same files. */
const JOURNEYS = 'test/journey/{spine,contract,analyses,models,operator,traces,alerts}.spec.ts';
const JOURNEY_ALONE = 'test/journey/live-contract.spec.ts';

/** Nothing but functions and files that are read: these share the modules that they import, which else take longer than their tests. */
const PURE = [
  '{libs/{contracts,domain,timeseries},apps/dashboard,bench}/**/*.spec.ts',
  'test/{deployment,simulation}/**/*.spec.ts',
  'test/tidy.spec.ts',
];

/** What is held to a time that a busy machine does not keep, and what loads the machine until it is busy. */
const ALONE = [
  'test/failure/**/*.spec.ts',
  'test/platform/{parked-by-the-queue,servers-come-back}.spec.ts',
  'test/contract/**/*-failures.spec.ts',
  'test/contract/{live-bus,rate-limiter}/redis.spec.ts',
  JOURNEY_ALONE,
  'apps/projector/src/ownership/shared-ownership.spec.ts',
];

const CONTRACT = ['test/{contract,support}/**/*.spec.ts'];

/** One group after the other: what computes takes every core, what waits for the servers that it starts runs in pairs. */
const computing = { maxWorkers: Math.max(2, availableParallelism() - 1), sequence: { groupOrder: 1 } };
const inPairs = { maxWorkers: 2, sequence: { groupOrder: 2 } };
const alone = { maxWorkers: 1, sequence: { groupOrder: 3 } };

const projects = [
  { name: 'pure', include: PURE, isolate: false, ...computing },
  { name: 'units', include: ['{apps,libs}/**/*.spec.ts'], exclude: [...PURE, ...ALONE], ...computing },
  { name: 'contract', include: CONTRACT, exclude: ALONE, ...inPairs },
  { name: 'embedded', include: ['test/**/*.spec.ts'], exclude: [...PURE, ...CONTRACT, ...ALONE], ...inPairs },
  { name: 'alone', include: ALONE, ...alone },
];

const onACluster = { env: { THINGSIO_TEST_PLATFORM: 'distributed' }, hookTimeout: 120_000 };
const distributed = [
  { name: 'distributed', include: [JOURNEYS], ...onACluster, ...inPairs },
  { name: 'distributed-alone', include: [JOURNEY_ALONE], ...onACluster, ...alone },
];

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
    projects: [...projects, ...(serversAreHere(existsSync) ? distributed : [])].map((test) => ({ extends: true as const, test })),
  },
});
