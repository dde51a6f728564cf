import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readResult } from '#adapters/views';
import { openInProcessHost } from '../compute/in-process.host.js';
import type { ComputeHost } from '../compute/job.js';
import { createPlace, type Place } from '../testing/place.js';

const within = { timeout: 10_000, interval: 20 };

/** Computes nothing until it is cancelled. */
function openStuckHost() {
  const cancelled: string[] = [];
  let running = 0;
  const host: ComputeHost = {
    start: (job) => ({
      add: async () => undefined,
      run: () => (running++, new Promise(() => undefined)),
      cancel: () => void cancelled.push(job.operation),
    }),
    close: async () => undefined,
  };
  return { host, cancelled, running: () => running };
}

describe('jobs', () => {
  let place: Place;
  beforeEach(async () => (place = await createPlace()));
  afterEach(() => place.remove());

  const status = async (id: string) => (await place.analysis(id)).status;

  it('find what waits, compute it, keep the result under its digest and end the analysis', async () => {
    await place.store([1, undefined, 4, 9]);
    await place.request('n1');
    await place.start();
    await vi.waitFor(async () => expect(await status('n1')).toBe('completed'), within);
    const outcome = JSON.parse((await place.analysis('n1')).outcome!) as { digest: string };
    expect(outcome).toMatchObject({ rows: 3, position: 1, inputs: [{ readings: 3, firstAt: 0, lastAt: 3_000, schemaVersions: [] }] });
    const chunks = [];
    for await (const chunk of readResult(place.views.db, { accountId: 'a1', analysisId: 'n1' }, outcome.digest)) chunks.push(chunk);
    expect(chunks).toMatchObject([{ deviceId: 'd1', field: 't', time: Float64Array.of(0, 2_000, 3_000) }]);
    expect(chunks[0]!.columns['value']).toEqual(Float64Array.of(NaN, 3, 5));
    expect(place.progressed[0]).toMatchObject({ analysisId: 'n1', status: 'running', restarts: 0 });
  });

  it('read what was known when the analysis was asked for, and nothing that came after', async () => {
    await place.store([1, 2]);
    await place.request('n1');
    await place.store([7], [500]);
    await place.start();
    await vi.waitFor(async () => expect(await status('n1')).toBe('completed'), within);
    expect(JSON.parse((await place.analysis('n1')).outcome!)).toMatchObject({ rows: 2 });
  });

  it('wait until the series hold what was known then', async () => {
    await place.store([1]);
    await place.request('n1', { position: 2 });
    await place.start();
    await vi.waitFor(() => expect(place.progressed).toMatchObject([{ phase: 'waiting' }]), within);
    await place.store([2], [1_000]);
    await vi.waitFor(async () => expect(await status('n1')).toBe('completed'), within);
    expect(JSON.parse((await place.analysis('n1')).outcome!)).toMatchObject({ rows: 2 });
  });

  it('fail with what the operation says', async () => {
    await place.store([1]);
    await place.request('n1', { operation: 'moving-average', params: '{"count":0}' });
    await place.request('n2', { operation: 'gone' });
    await place.start();
    await vi.waitFor(async () => expect([await status('n1'), await status('n2')]).toEqual(['failed', 'failed']), within);
    expect((await place.analysis('n1')).error).toMatch('"count" must be a number of at least 1');
    expect((await place.analysis('n2')).error).toMatch('there is no operation "gone"');
  });

  it('fail where there is more than fits into memory, before any of it is read, and say what to do', async () => {
    await place.store([1, 2, 3, 4]);
    await place.request('n1');
    await place.request('n2', { range_to: 3_000 });
    await place.start(openInProcessHost(), { valuesMax: 3 });
    await vi.waitFor(async () => expect([await status('n1'), await status('n2')]).toEqual(['failed', 'completed']), within);
    expect((await place.analysis('n1')).error).toBe(
      'there are 4 values in this range, and an analysis reads 3 at most: ask for a shorter range, or for fewer fields',
    );
  });

  it('say again how it ended until it is heard', async () => {
    await place.store([1]);
    await place.request('n1');
    place.commands.answers.push({ ok: false, code: 'overload.queue-full', message: 'full', retryAfterMs: 1 });
    await place.start();
    await vi.waitFor(async () => expect(await status('n1')).toBe('completed'), within);
    expect(new Set(place.commands.sent.map(({ commandId }) => commandId)).size).toBe(1);
    expect(place.commands.sent).toHaveLength(2);
  });

  it('begin again where a store was away', async () => {
    await place.store([1]);
    await place.request('n1');
    const { series } = place;
    const count = vi.spyOn(series, 'count').mockRejectedValueOnce(new Error('away'));
    await place.start();
    await vi.waitFor(() => expect(place.said).toContain('an analysis is begun again'), within);
    count.mockRestore();
    await vi.waitFor(async () => expect(await status('n1')).toBe('completed'), within);
    expect(place.progressed.at(-1)).toMatchObject({ restarted: true, restarts: 1 });
  });

  it('stop within a second when nobody wants the result any more, and take the next', async () => {
    const { host, cancelled, running } = openStuckHost();
    await place.store([1]);
    await place.request('n1');
    const jobs = await place.start(host);
    await vi.waitFor(() => expect(running()).toBe(1), within);
    await place.request('n2', { requested_at: 1 });
    await place.views.write((tx) => tx.updateTable('analyses').set({ status: 'cancelled' }).where('analysis_id', '=', 'n1').execute());
    await vi.waitFor(() => expect(cancelled.length).toBeGreaterThan(0), { timeout: 1_000, interval: 10 });
    await vi.waitFor(() => expect(running()).toBe(2), within);
    expect(jobs.figures()).toMatchObject({ ending_under_way: 1 });
    expect(place.commands.sent).toEqual([]);
  });

  it('take no more at once than there are threads for them', async () => {
    const { host, running } = openStuckHost();
    await place.store([1]);
    for (const id of ['n1', 'n2', 'n3']) await place.request(id);
    const jobs = await place.start(host, { workers: 2 });
    await vi.waitFor(() => expect(running()).toBe(2), within);
    // A look for what waits goes to what stands last: once that is taken, the third had been looked at.
    await place.request('standing', { standing: 1 });
    await vi.waitFor(() => expect(jobs.figures()['standing_under_way']).toBe(1), within);
    expect(jobs.figures()['ending_under_way']).toBe(2);
    expect(running()).toBe(2);
    await jobs.stop();
    await place.start(openInProcessHost());
    for (const id of ['n1', 'n2', 'n3']) await vi.waitFor(async () => expect(await status(id)).toBe('completed'), within);
    expect(place.progressed.every(({ restarts }) => restarts === 0)).toBe(true);
  });

  const begunOften = (checkpoint: string | null) =>
    place.views.write((tx) =>
      tx
        .insertInto('analysis_runs')
        .values({
          account_id: 'a1',
          analysis_id: 'n1',
          run: 20,
          owner: 'dead',
          expires_at: 0,
          started_at: 0,
          phase: 'computing',
          progress: 0,
          checkpoint,
        })
        .execute(),
    );

  it('give up what was begun too often', async () => {
    await place.store([1]);
    await place.request('n1');
    await begunOften(null);
    await place.start();
    await vi.waitFor(async () => expect(await status('n1')).toBe('failed'), within);
    expect((await place.analysis('n1')).error).toMatch('begun 20 times');
  });

  it('go on with what stands and has got through its past, however often its processes were killed', async () => {
    await place.store([1]);
    await place.request('n1', { operation: 'moving-average', params: '{"count":1}', standing: 1 });
    await begunOften('{"key":null,"state":null,"rows":0,"seals":[],"chunk":0,"revision":-1,"position":0}');
    await place.start();
    await vi.waitFor(() => expect(place.progressed.some(({ phase }) => phase === 'following')).toBe(true), within);
    expect(await status('n1')).toBe('requested');
  });
});
