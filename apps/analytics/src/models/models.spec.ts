import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepModel, readKeptModel } from '#adapters/views';
import { modelStream, type AnalysisCompleted, type ModelRegistered } from '#contracts';
import { openInProcessHost } from '../compute/in-process.host.js';
import type { ComputeHost } from '../compute/job.js';
import { createPlace, type Place } from '../testing/place.js';
import { modelIdOf } from './models-for.js';

const within = { timeout: 60_000, interval: 20 };
const HOUR = 3_600_000;

/** Hénon 1976: a curve decides what comes next, which none of the other models can follow. */
function henon(count: number): number[] {
  const values = [0.1, 0.1];
  while (values.length < count) values.push(1 - 1.4 * values.at(-1)! ** 2 + 0.3 * values.at(-2)!);
  return values;
}
const READINGS = henon(520);
const hours = READINGS.map((_, at) => at * HOUR);
const TRAINING = { operation: 'train-model', params: '{"horizon":2,"season":1}' };
const FORECAST = { operation: 'forecast', params: '{"horizon":2,"season":1}' };
const STREAM = modelStream('a1', modelIdOf('d1', 't', 'forecast'));

describe('models', { timeout: 120_000 }, () => {
  let place: Place;
  beforeEach(async () => {
    place = await createPlace();
    await place.store(READINGS, hours);
    // The log of the place counts for itself: what is asked from here on knows its first events.
    for (let more = 0; more < 3; more++) await place.store([undefined], [0]);
  });
  afterEach(() => place.remove());

  async function ended(id: string, more: Parameters<Place['request']>[1]): Promise<AnalysisCompleted['data']> {
    await place.request(id, more);
    await vi.waitFor(async () => expect((await place.analysis(id)).status).toBe('completed'), within);
    return JSON.parse((await place.analysis(id)).outcome!) as AnalysisCompleted['data'];
  }
  const registered = async () => (await place.log.readStream(STREAM, 0, 10)).map(({ data }) => data as ModelRegistered['data']);
  const learnedIn = ({ summary }: AnalysisCompleted['data']) => (summary['fields'] as { learned?: { used: boolean } }[])[0]!.learned;

  it('are trained, kept and registered, and go into what is computed later', async () => {
    await place.start();
    const { summary } = await ended('n1', TRAINING);
    const [first] = await registered();
    expect(first).toMatchObject({
      ...{ modelVersion: 1, deviceId: 'd1', field: 't', purpose: 'forecast', analysisId: 'n1', position: 4, used: true },
      ...{ digest: summary['modelDigest'], params: { horizon: 2, season: 1, seed: 1 }, input: { readings: 520, firstAt: 0 } },
    });
    const forecast = await ended('n2', FORECAST);
    expect(learnedIn(forecast)).toMatchObject({ used: true, modelVersion: 1 });
    expect(forecast.inputs[0]!.model).toEqual({ modelId: first!.modelId, modelVersion: 1, digest: first!.digest });
  });

  it('are trained again where they are lost, to the last bit', async () => {
    await place.start();
    await ended('n1', TRAINING);
    const before = await ended('n2', FORECAST);
    const [{ digest }] = (await registered()) as [ModelRegistered['data']];
    const kept = { accountId: 'a1', digest };
    const text = await readKeptModel(place.views.db, kept);
    await place.views.write((tx) => tx.deleteFrom('kept_models').execute());
    const again = await ended('n3', FORECAST);
    expect(again.digest).toBe(before.digest);
    expect(await readKeptModel(place.views.db, kept)).toBe(text);
  });

  it('are not known to what was asked before they were trained, or that wants none', async () => {
    await place.start();
    await ended('n1', TRAINING);
    await ended('n2', TRAINING);
    const earlier = await ended('n3', { ...FORECAST, position: 1 });
    expect(earlier.inputs[0]!.model).toMatchObject({ modelVersion: 1 });
    expect((await ended('n4', FORECAST)).inputs[0]!.model).toMatchObject({ modelVersion: 2 });
    const classical = await ended('n5', { ...FORECAST, params: '{"horizon":2,"season":1,"model":"classical"}' });
    expect(learnedIn(classical)).toBeUndefined();
    expect(classical.inputs[0]!.model).toBeUndefined();
  });

  it('come out the same when their training is given up and begun again', async () => {
    const jobs = await place.start();
    await place.request('n1', TRAINING);
    await vi.waitFor(() => expect(place.progressed.some(({ phase }) => phase === 'reading')).toBe(true), within);
    await jobs.stop();
    await place.start();
    const { summary } = await ended('n2', TRAINING);
    await vi.waitFor(async () => expect(await registered()).toHaveLength(2), within);
    expect((await registered()).map(({ digest }) => digest)).toEqual([summary['modelDigest'], summary['modelDigest']]);
  });

  it('are kept in their latest three versions', async () => {
    await place.start();
    const first = await ended('n1', TRAINING);
    const digests = [first.summary['modelDigest'] as string, 'second', 'third'];
    for (const [revision, digest] of digests.entries()) {
      if (revision === 0) continue;
      const [event] = await place.log.readStream(STREAM, 0, 1);
      const data = { ...(event!.data as ModelRegistered['data']), modelVersion: revision + 1, digest };
      const { type, eventVersion, metadata } = event!;
      await place.log.append({ stream: STREAM, expectedRevision: revision - 1, events: [{ type, eventVersion, data, metadata }] });
      await keepModel(place.views, { accountId: 'a1', digest }, '{}');
    }
    const { summary } = await ended('n2', { ...TRAINING, params: '{"horizon":2,"season":1,"seed":2}' });
    const kept = await place.views.db.selectFrom('kept_models').select('digest').execute();
    expect(new Set(kept.map(({ digest }) => digest))).toEqual(new Set(['second', 'third', summary['modelDigest']]));
  });

  it('are not kept of a training that nobody wants any more', async () => {
    let cancelled = (): void => undefined;
    const untilCancelled = new Promise<void>((resolve) => (cancelled = resolve));
    const running = vi.fn();
    const inner = openInProcessHost();
    const host: ComputeHost = {
      ...inner,
      start(job) {
        const computation = inner.start(job);
        const run: typeof computation.run = (progress) => (running(), untilCancelled.then(() => computation.run(progress)));
        return { add: (stretch) => computation.add(stretch), cancel: () => computation.cancel(), run };
      },
    };
    const jobs = await place.start(host);
    await place.request('n1', TRAINING);
    await vi.waitFor(() => expect(running).toHaveBeenCalled(), within);
    await place.views.write((tx) => tx.updateTable('analyses').set({ status: 'cancelled' }).where('analysis_id', '=', 'n1').execute());
    cancelled();
    await vi.waitFor(() => expect(jobs.figures()).toMatchObject({ ending_under_way: 0, ended: 1 }), within);
    expect(await registered()).toEqual([]);
    expect(await place.views.db.selectFrom('kept_models').selectAll().execute()).toEqual([]);
  });
});
