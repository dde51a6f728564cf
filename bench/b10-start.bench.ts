/** B10: how long from starting the process on an empty folder to ready? */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPlatform } from '../test/support/platform.js';
import type { Bench, BenchContext } from './support/bench.js';
import { freePort } from '../test/support/servers/free-port.js';
import { figure, median } from './support/statistics.js';

export const start: Bench = {
  id: 'B10',
  name: 'start',
  question: 'Cold start of the embedded platform on an empty data folder: how long until /health/ready?',
  target: { of: 'median time to ready', compare: '<=', must: 2_000, unit: 'ms' },
  nextLimit:
    'about 1.1 s of processor time on two cores: parsing six megabytes of bundles and running what they do when they are loaded, Nest’s wiring of the routes, and five isolates, each with Node’s own start. Node ≥ 22 can keep compiled code; Node 20 cannot.',
  async run(context) {
    const times: number[] = [];
    for (let n = 0; n < (context.quick ? 3 : 10); n++) times.push(await oneStart(context));
    return {
      value: median(times),
      figures: [figure('spawn to /health/ready', 'ms', times)],
      notes: [`${times.length} starts, each a new process with a new folder; the files of the program are in the page cache.`],
    };
  },
};

function oneStart({ resources, say }: BenchContext): Promise<number> {
  return resources.scope(async (inner) => {
    const port = await freePort();
    const startedAt = performance.now();
    const starting = startPlatform({ port });
    const ready = untilReady(`http://127.0.0.1:${port}/health/ready`).then(() => performance.now() - startedAt);
    const platform = await starting;
    inner.onRelease(() => platform.remove());
    const elapsed = await ready;
    say(`${elapsed.toFixed(0)} ms`);
    return elapsed;
  });
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(10);
  }
  throw new Error('not ready within 30 s');
}
