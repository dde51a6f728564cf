/** What computes on threads gives what is computed here. Threads run from `dist`. */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openInProcessHost } from './in-process.host.js';
import type { ComputeHost, Job } from './job.js';

const BUILT = new URL('../../../../dist/apps/analytics/src/compute/threads.host.js', import.meta.url);
const openThreads = async (): Promise<ComputeHost> => ((await import(BUILT.href)) as { openThreadsHost(): ComputeHost }).openThreadsHost();

const hosts: [string, () => Promise<ComputeHost>, boolean][] = [
  ['in process', async () => openInProcessHost(), true],
  ['on threads', openThreads, existsSync(BUILT)],
];

const withReadings = (rowsExpected: number): Partial<Job> => ({ inputs: [{ deviceId: 'd1', field: 't', parts: ['value'], rowsExpected }] });
const job = (more: Partial<Job> = {}): Job => ({
  operation: 'difference',
  params: {},
  inputs: [{ deviceId: 'd1', field: 't', parts: ['value'], rowsExpected: 2 }],
  ...more,
});
const stretch = (from: number, count: number) => ({
  input: 0,
  time: Float64Array.from({ length: count }, (_, i) => from + i),
  parts: { value: Float64Array.from({ length: count }, (_, i) => (from + i) ** 2) },
});

describe.each(hosts.filter(([, , isHere]) => isHere))('computing %s', (_, open) => {
  let host: ComputeHost;
  afterEach(() => host.close());

  it('takes stretch after stretch, also more than was expected, and one job after the other', async () => {
    host = await open();
    const digests = new Set<string>();
    for (const lengths of [[5], [1, 4], [2, 2, 1]]) {
      const sut = host.start(job());
      let from = 0;
      for (const length of lengths) await sut.add(stretch(from, length)).then(() => (from += length));
      const result = await sut.run(() => undefined);
      expect(result).toMatchObject({ ok: true, outcome: { rows: 5 } });
      if (result.ok) digests.add(result.outcome.digest);
    }
    expect(digests.size).toBe(1);
  });

  it('says what the user can mend', async () => {
    host = await open();
    const result = await host.start(job({ params: { lag: 0 } })).run(() => undefined);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused', parameter: 'lag', message: expect.stringContaining('lag') } });
  });

  it('never settles once it is cancelled, and computes the next', async () => {
    host = await open();
    const settled = vi.fn();
    const sut = host.start(job());
    void sut.run(() => undefined).then(settled);
    sut.cancel();
    expect(await host.start(job()).run(() => undefined)).toMatchObject({ ok: true, outcome: { rows: 0 } });
    expect(settled).not.toHaveBeenCalled();
  });
});

describe.runIf(existsSync(BUILT))('threads', () => {
  it('are kept for the next job, but not with what a great one leaves behind', async () => {
    const host = await openThreads();
    const created = vi.fn();
    process.on('worker', created);
    const run = async (rowsExpected: number): Promise<number> => {
      await host.start(job(withReadings(rowsExpected))).run(() => undefined);
      return created.mock.calls.length;
    };
    expect([await run(1_000), await run(1_100_000), await run(1_000), await run(1_000)]).toEqual([1, 1, 2, 2]);
    process.off('worker', created);
    await host.close();
  });
});
