/** Gives up a projector's thread at the moment at which it loads DuckDB; for tests, in a process of its own, since that might abort it. */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { loadProjectorThread } from '../projector-thread.js';

const thread = loadProjectorThread();
while (!readFileSync('/proc/self/maps', 'utf8').includes('duckdb.node')) await setImmediate();
await thread.abandon();
process.stdout.write('given up');
