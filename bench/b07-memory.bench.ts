/** B7: what does a device cost while it lives in memory? */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchContext } from './support/bench.js';
import { figure, median } from './support/statistics.js';

/** What the measuring process answers. */
export interface MemoryAnswer {
  /** Heap bytes a device: registered, with readings stored … */
  awake: number;
  /** … and with ten more commands remembered by their Idempotency-Key. */
  remembering: number;
  devices: number;
}

export const memory: Bench = {
  id: 'B7',
  name: 'memory',
  question: '100,000 live device actors on one shard thread: how much heap does each take?',
  target: { of: 'heap of a live device actor', compare: '<=', must: 2_048, unit: 'bytes' },
  nextLimit: 'nothing near: what grows is the commands remembered for Idempotency-Keys, by about 220 bytes each; 4,096 of them are kept.',
  async run(context) {
    const devices = context.quick ? 20_000 : 100_000;
    const answers: MemoryAnswer[] = [];
    for (let n = 0; n < (context.quick ? 1 : 3); n++) answers.push(await measure(devices, context));
    const awake = answers.map((answer) => answer.awake);
    return {
      value: median(awake),
      figures: [
        figure('a device that has stored readings with seq', 'bytes', awake),
        figure(
          '… and remembers ten Idempotency-Keys',
          'bytes',
          answers.map((answer) => answer.remembering),
        ),
      ],
      notes: [
        `${devices.toLocaleString('en')} devices of one schema in the runtime's in-process host, over the SQLite log; heap used after a forced collection, less the heap before them, divided by their number.`,
        'Everything the runtime keeps for a device is in it: state, entity, tables; and whatever the log caches on the heap beside.',
      ],
    };
  },
};

async function measure(devices: number, { resources, say }: BenchContext): Promise<MemoryAnswer> {
  const dir = await resources.tempDir();
  const child = fork(fileURLToPath(new URL('./support/actor-memory.js', import.meta.url)), [dir, String(devices)], {
    execArgv: ['--expose-gc', '--max-old-space-size=4096'],
  });
  const gone = once(child, 'exit');
  resources.onRelease(async () => {
    if (child.exitCode === null) child.kill();
    await gone;
  });
  const [answer] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => Promise.reject(new Error('the measuring process ended early'))),
  ])) as [MemoryAnswer];
  say(`${Math.round(answer.awake)} bytes a device; ${Math.round(answer.remembering)} with ten remembered keys`);
  await gone;
  return answer;
}
