import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisView, ListView, ModelView } from '#contracts';
import { eventually, openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';

const BEGIN = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** Hénon 1976: a curve decides what comes next, which no line can follow. */
const values = [0.1, 0.1];
while (values.length < 2_400) values.push(1 - 1.4 * values.at(-1)! ** 2 + 0.3 * values.at(-2)!);
/** Two oscillations, one by the other; a reading of it is well within the range of all others, and only wrong where it is. */
const ODD = 2_350;
const beat = (at: number): number =>
  Math.sin(at / 3.7) * Math.sin(at / 11.3) + 0.005 * Math.sin(at * at * 12.9898) + (at === ODD ? 0.5 : 0);
const readings = values.map((level, at) => ({ time: BEGIN + at * HOUR, level, beat: beat(at) }));

const FIELD = { deviceId: 'well', fields: ['level'] };
const TRAINING = { operation: 'train-model', ...FIELD, to: BEGIN + 640 * HOUR, params: { horizon: 2, season: 1 } };
const FORECAST = { operation: 'forecast', ...FIELD, to: BEGIN + 660 * HOUR };

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;

beforeAll(async () => {
  platform = await startJourneyPlatform();
  user = await openAccount(platform.url);
  await user.call('POST', '/devices', {
    deviceId: 'well',
    name: 'Well',
    schema: { fields: { level: { type: 'number' }, beat: { type: 'number' } } },
  });
  expect((await user.call('POST', '/devices/well/readings?ack=projected', readings)).status).toBe(200);
});
afterAll(() => platform.remove());

const get = async (id: string): Promise<AnalysisView> => (await user.call<AnalysisView>('GET', `/analyses/${id}`)).body;
async function ask(body: object): Promise<string> {
  const answer = await user.call<AnalysisView>('POST', '/analyses', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.analysisId;
}
async function completed(body: object): Promise<AnalysisView> {
  const id = await ask(body);
  const view = await eventually(
    () => get(id),
    ({ status }) => status !== 'queued' && status !== 'running',
    60_000,
  );
  expect(view.status, view.error).toBe('completed');
  return view;
}
const models = async (): Promise<ModelView[]> => (await user.call<ListView<ModelView>>('GET', '/devices/well/models')).body.items;
const learnedIn = (view: AnalysisView) => (view.result!.summary['fields'] as { learned?: object }[])[0]!.learned;

describe('a trained model', () => {
  it('is trained on request, versioned, listed with what it was compared with, and used where it does better', async () => {
    const training = await completed(TRAINING);
    const { summary } = training.result!;
    expect(summary).toMatchObject({ used: true, note: expect.stringMatching(/with the network and .* without .*: it is used/) });
    const [model] = await eventually(models, (list) => list.length === 1);
    expect(model).toMatchObject({
      ...{ modelVersion: 1, deviceId: 'well', field: 'level', purpose: 'forecast', used: true, analysisId: training.analysisId },
      ...{ digest: summary['modelDigest'], note: summary['note'], readings: 640, params: { horizon: 2, season: 1, seed: 1 } },
    });

    const forecast = await completed({ ...FORECAST, params: { horizon: 2, season: 1 } });
    expect(learnedIn(forecast)).toMatchObject({ used: true, modelVersion: 1 });
    const { modelId, digest } = model!;
    expect(forecast.lineage.inputs[0]!.model).toEqual({ modelId, modelVersion: 1, digest });
    const mean = forecast.result!.series[0]!['mean'] as number[];
    expect(Math.abs(mean[0]! - values[660]!)).toBeLessThan(0.2);
    const classical = await completed({ ...FORECAST, params: { horizon: 2, season: 1, model: 'classical' } });
    expect(learnedIn(classical)).toBeUndefined();
    expect(classical.lineage.inputs[0]!.model).toBeUndefined();
  });

  it('gets its next version when it is trained again, and both are seen', async () => {
    await completed(TRAINING);
    const both = await eventually(models, (list) => list.length === 2);
    expect(both.map(({ modelVersion }) => modelVersion)).toEqual([2, 1]);
    expect(both[0]!.digest).toBe(both[1]!.digest);
  });

  it('watches for anomalies, also in a standing analysis', async () => {
    const watching = { operation: 'anomalies', deviceId: 'well', fields: ['beat'], params: { detector: 'learned' } };
    const refused = await user.call('POST', '/analyses', { ...watching, standing: true });
    expect(refused).toMatchObject({ status: 422, body: { code: 'analysis.bad-parameter', parameter: 'detector' } });

    const training = await completed({ ...TRAINING, fields: ['beat'], to: BEGIN + 2_200 * HOUR, params: { purpose: 'anomalies' } });
    expect(training.result!.summary).toMatchObject({ purpose: 'anomalies', used: true });
    await eventually(models, (list) => list.length === 3);
    const once = await completed(watching);
    const anomaly = once.result!.series[0]!['anomaly'] as boolean[];
    expect(anomaly[ODD]).toBe(true);
    const id = await ask({ ...watching, standing: true });
    const standing = await eventually(
      () => get(id),
      ({ result }) => result?.series[0]?.time.length === values.length,
      30_000,
    );
    expect(standing.result!.series[0]!['score']).toEqual(once.result!.series[0]!['score']);
    await user.call('DELETE', `/analyses/${id}`);
  });

  it('is none where its training is cancelled', async () => {
    // Long enough that it is still under way when it is cancelled.
    const long = Array.from({ length: 9_900 }, (_, at) => ({ time: BEGIN + at * HOUR, level: values[at % values.length]! + (at % 24) }));
    await user.call('POST', '/devices', { deviceId: 'long', name: 'Long', schema: { fields: { level: { type: 'number' } } } });
    expect((await user.call('POST', '/devices/long/readings?ack=projected', long)).status).toBe(200);
    const id = await ask({ operation: 'train-model', deviceId: 'long', fields: ['level'], params: { horizon: 48 } });
    await eventually(
      () => get(id),
      ({ status }) => status === 'running',
    );
    expect((await user.call('DELETE', `/analyses/${id}`)).status).toBe(204);
    await completed({ operation: 'difference', ...FIELD });
    expect(await get(id)).toMatchObject({ status: 'cancelled' });
    expect((await user.call<ListView<ModelView>>('GET', '/devices/long/models')).body.items).toEqual([]);
  }, 90_000);
});
