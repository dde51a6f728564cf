import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisCompletedMessage, AnalysisProgressedMessage, AnalysisView, OperationView } from '#contracts';
import { type Client, eventually, openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';

const BEGIN = Date.UTC(2026, 4, 1);
const MINUTE = 60_000;
const at = (minute: number): string => new Date(BEGIN + minute * MINUTE).toISOString();
const wave = (i: number): number => Math.sin(i / 10) + (i % 7) / 10;
/** Takes minutes: each point is fitted over most of the others, sixteen times. */
const ENDLESS = { operation: 'decompose', params: { season: 24, robust: true, trendWindow: 9_001 } };

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;

beforeAll(async () => {
  platform = await startJourneyPlatform();
  user = await openAccount(platform.url);
});
afterAll(() => platform.remove());

async function deviceWith(deviceId: string, readings: object[]): Promise<string> {
  const schema = {
    fields: { temperature: { type: 'number' }, acceleration: { type: 'vector', axes: ['x', 'y', 'z'] }, note: { type: 'string' } },
  };
  expect((await user.call('POST', '/devices', { deviceId, name: deviceId, schema })).status).toBe(201);
  if (readings.length > 0) expect((await user.call('POST', `/devices/${deviceId}/readings`, readings)).status).toBe(200);
  return deviceId;
}
const waves = (count: number, from = 0) => Array.from({ length: count }, (_, i) => ({ time: at(from + i), temperature: wave(from + i) }));

async function ask(body: object, headers: Record<string, string> = {}): Promise<string> {
  const answer = await user.call<AnalysisView>('POST', '/analyses', body, headers);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  expect(answer.headers.get('location')).toBe(`/api/v1/analyses/${answer.body.analysisId}`);
  return answer.body.analysisId;
}
const get = async (analysisId: string, query = ''): Promise<AnalysisView> =>
  (await user.call<AnalysisView>('GET', `/analyses/${analysisId}${query}`)).body;
const ended = (analysisId: string): Promise<AnalysisView> =>
  eventually(
    () => get(analysisId),
    ({ status }) => status !== 'queued' && status !== 'running',
    30_000,
  );
const column = (view: AnalysisView, name: string, series = 0) => view.result!.series[series]![name] as (number | null)[];

describe('an analysis', () => {
  it('can be chosen from what there is, each described with its parameters', async () => {
    const { body } = await user.call<{ items: OperationView[] }>('GET', '/operations');
    const average = body.items.find(({ name }) => name === 'moving-average')!;
    expect(average).toMatchObject({ rows: 'each', online: true, input: { kind: 'number', fieldsMin: 1 }, columns: [{ name: 'value' }] });
    expect(average.parameters.find(({ name }) => name === 'count')).toMatchObject({ type: 'integer', min: 1 });
    expect(body.items.map(({ name }) => name)).toContain('anomalies');
  });

  it('is computed over what was stored, and says where its numbers come from', async () => {
    const deviceId = await deviceWith('one', waves(500));
    const id = await ask({
      operation: 'moving-average',
      deviceId,
      fields: ['temperature'],
      from: at(100),
      to: at(200),
      params: { count: 3 },
    });
    const view = await ended(id);
    expect(view).toMatchObject({ status: 'completed', progress: 1, operation: 'moving-average', restarts: 0, from: at(100), to: at(200) });
    expect(view.result!.series).toHaveLength(1);
    expect(view.result!.series[0]).toMatchObject({ deviceId, field: 'temperature' });
    expect(view.result!.series[0]!.time).toEqual(Array.from({ length: 100 }, (_, i) => BEGIN + (100 + i) * MINUTE));
    expect(column(view, 'value')[50]).toBeCloseTo((wave(148) + wave(149) + wave(150)) / 3, 12);
    expect(view.lineage).toMatchObject({
      operation: 'moving-average',
      operationVersion: 1,
      params: { count: 3 },
      inputs: [{ deviceId, field: 'temperature', readings: 100, firstAt: at(100), lastAt: at(199), schemaVersions: [1] }],
    });
    expect(view.lineage.digest).toMatch(/^[0-9a-f]{64}$/);

    const again = await ended(
      await ask({ operation: 'moving-average', deviceId, fields: ['temperature'], from: at(100), to: at(200), params: { count: 3 } }),
    );
    expect(again.lineage.digest).toBe(view.lineage.digest);
    const list = await user.call<{ items: AnalysisView[] }>('GET', '/analyses?limit=2');
    expect(list.body.items.map(({ analysisId }) => analysisId)).toEqual([again.analysisId, id]);
  });

  it('takes vectors, parts of them, and fields of several devices', async () => {
    const readings = waves(50).map((one, i) => ({ ...one, acceleration: { x: 3, y: 4, z: i } }));
    const [left, right] = [await deviceWith('left', readings), await deviceWith('right', waves(50))];
    const vector = await ended(await ask({ operation: 'vector', deviceId: left, fields: ['acceleration'] }));
    expect(column(vector, 'magnitude')[0]).toBeCloseTo(5, 12);
    const part = await ended(await ask({ operation: 'difference', deviceId: left, fields: ['acceleration.z'] }));
    expect(column(part, 'value').slice(0, 3)).toEqual([null, 1, 1]);
    const inputs = [left, right].map((deviceId) => ({ deviceId, field: 'temperature' }));
    const correlation = await ended(await ask({ operation: 'correlation', inputs }));
    expect(correlation).toMatchObject({ status: 'completed', inputs });
    expect(correlation.lineage.inputs.map(({ readings: count }) => count)).toEqual([50, 50]);
  });

  it('gives a part of its result, or fewer rows of it, in which the extremes stay', async () => {
    const deviceId = await deviceWith('many', waves(5_000));
    const id = await ask({ operation: 'difference', deviceId, fields: ['temperature'] });
    const whole = await ended(id);
    expect(whole.result!.series[0]!.time).toHaveLength(5_000);
    const some = await get(id, `?from=${at(10)}&to=${at(20)}`);
    expect(some.result!.series[0]!.time).toEqual(whole.result!.series[0]!.time.slice(10, 20));
    const few = await get(id, '?points=100');
    expect(few.result!.reduced).toMatchObject({ limit: 100, of: 5_000 });
    expect(few.result!.series[0]!.time.length).toBeLessThanOrEqual(102);
    const numbers = (view: AnalysisView) => column(view, 'value').filter((value) => value !== null);
    expect(Math.max(...numbers(few))).toBe(Math.max(...numbers(whole)));
  });

  it('fails with what to change where the readings do not allow it', async () => {
    const deviceId = await deviceWith('short', waves(3));
    const view = await ended(await ask({ operation: 'holt-winters', deviceId, fields: ['temperature'], params: { season: 24 } }));
    expect(view.status).toBe('failed');
    expect(view.error).toMatch(/\w+/);
    expect(view.result).toBeUndefined();
  });

  it.each([
    [{ operation: 'no-such' }, 422, 'analysis.unknown-operation', 'operation'],
    [{ operation: 'moving-average', params: { count: 0 } }, 422, 'analysis.bad-parameter', 'count'],
    [{ operation: 'moving-average', params: { size: 3 } }, 422, 'analysis.bad-parameter', 'size'],
    [{ operation: 'moving-average', fields: ['nothing'] }, 422, 'analysis.bad-input', 'fields'],
    [{ operation: 'moving-average', fields: ['note'] }, 422, 'analysis.bad-input', 'fields'],
    [{ operation: 'moving-average', fields: ['acceleration'] }, 422, 'analysis.bad-input', 'fields'],
    [{ operation: 'vector' }, 422, 'analysis.bad-input', 'fields'],
    [{ operation: 'spectrum', standing: true }, 422, 'analysis.not-online', 'standing'],
    [{ operation: 'moving-average', from: 'yesterday' }, 400, 'request.bad-parameter', 'from'],
    [{ operation: 'moving-average', from: at(2), to: at(1) }, 400, 'request.bad-parameter', 'to'],
    [{ operation: 7 }, 400, 'request.malformed', undefined],
    [{ operation: 'moving-average', deviceId: 'nobody' }, 404, 'device.unknown', undefined],
  ])('is refused as %j', async (body, status, code, parameter) => {
    await user.call('POST', '/devices', {
      deviceId: 'refused',
      name: 'r',
      schema: { fields: { temperature: { type: 'number' }, acceleration: { type: 'vector', axes: ['x', 'y'] }, note: { type: 'string' } } },
    });
    const answer = await user.call('POST', '/analyses', { deviceId: 'refused', fields: ['temperature'], ...body });
    expect(answer.body).toMatchObject({ status, code, ...(parameter !== undefined && { parameter }) });
  });

  it('is asked for once however often the request is sent', async () => {
    const deviceId = await deviceWith('once', waves(5));
    const body = { operation: 'difference', deviceId, fields: ['temperature'] };
    const key = { 'idempotency-key': 'analysis-once' };
    expect(await ask(body, key)).toBe(await ask(body, key));
    const other = await user.call('POST', '/analyses', { ...body, name: 'other' }, key);
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency.key-reused' });
  });

  it('is nobody else’s', async () => {
    const deviceId = await deviceWith('mine', waves(5));
    const id = await ask({ operation: 'difference', deviceId, fields: ['temperature'] });
    const other: Client = await openAccount(platform.url);
    expect((await other.call('GET', `/analyses/${id}`)).body).toMatchObject({ status: 404, code: 'analysis.unknown' });
    expect((await other.call('DELETE', `/analyses/${id}`)).status).toBe(404);
    expect((await other.call<{ items: unknown[] }>('GET', '/analyses')).body.items).toEqual([]);
    const asked = await other.call('POST', '/analyses', { operation: 'difference', deviceId, fields: ['temperature'] });
    expect(asked.body).toMatchObject({ status: 404, code: 'device.unknown' });
    const reader = await user.call<{ apiKey: string }>('POST', '/api-keys', { name: 'reader', scopes: ['read'] });
    const reading = user.as(reader.body.apiKey);
    expect((await reading.call('GET', `/analyses/${id}`)).status).toBe(200);
    expect((await reading.call('POST', '/analyses', { operation: 'difference', deviceId, fields: ['temperature'] })).status).toBe(403);
  });
});

describe('an analysis under way', () => {
  let socket: Socket;
  const progressed: AnalysisProgressedMessage[] = [];
  const completed: AnalysisCompletedMessage[] = [];

  beforeAll(async () => {
    socket = io(platform.url, { auth: { token: user.key }, transports: ['websocket'] });
    socket.on('analysis.progressed', (message: AnalysisProgressedMessage) => progressed.push(message));
    socket.on('analysis.completed', (message: AnalysisCompletedMessage) => completed.push(message));
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    await deviceWith('slow', waves(10_000));
  });
  afterAll(() => socket.disconnect());
  const heard = async (id: string): Promise<AnalysisCompletedMessage> =>
    (await eventually(
      async () => completed.find(({ analysisId }) => analysisId === id),
      (message) => message !== undefined,
    ))!;

  it('is told live, and can be looked up when its end is told', async () => {
    const id = await ask({ operation: 'anomalies', deviceId: 'slow', fields: ['temperature'] });
    expect(await heard(id)).toMatchObject({ status: 'completed', position: expect.stringMatching(/^\d+$/) });
    const view = await get(id);
    expect(view.status).toBe('completed');
    expect(typeof column(view, 'anomaly')[0]).toBe('boolean');
    expect(column(view, 'score').every((score) => score === null || (score >= 0 && score <= 1))).toBe(true);
    expect(progressed.find(({ analysisId }) => analysisId === id)).toMatchObject({
      operation: 'anomalies',
      status: 'running',
      restarts: 0,
    });
  });

  it('ends within a second when it is cancelled, and makes room for the next', async () => {
    const id = await ask({ ...ENDLESS, deviceId: 'slow', fields: ['temperature'] });
    await eventually(
      () => get(id),
      ({ status, phase }) => status === 'running' && phase === 'computing',
    );
    const since = performance.now();
    expect((await user.call('DELETE', `/analyses/${id}`)).status).toBe(204);
    expect(await heard(id)).toMatchObject({ status: 'cancelled' });
    expect((await get(id)).status).toBe('cancelled');
    const next = await ended(await ask({ operation: 'difference', deviceId: 'slow', fields: ['temperature'] }));
    expect(next.status).toBe('completed');
    expect(performance.now() - since).toBeLessThan(5_000);
    expect((await user.call('DELETE', `/analyses/${id}`)).status).toBe(204);
    expect((await user.call('GET', `/analyses/${id}`)).status).toBe(404);
  });
});

describe('a standing analysis', () => {
  it('has its past, goes on with what comes, late readings too, and equals one run over all', async () => {
    const deviceId = await deviceWith('standing', waves(300));
    const body = { deviceId, fields: ['temperature'], operation: 'exponential-smoothing', params: { alpha: 0.2 } };
    const id = await ask({ ...body, standing: true });
    const rowsOf = (view: AnalysisView): number => view.result?.series[0]?.time.length ?? 0;
    const first = await eventually(
      () => get(id),
      (view) => view.phase === 'following' && rowsOf(view) === 300,
      30_000,
    );
    expect(first).toMatchObject({ status: 'running', standing: true });
    await user.call('POST', `/devices/${deviceId}/readings`, waves(200, 400));
    await eventually(
      () => get(id),
      (view) => rowsOf(view) === 500,
      30_000,
    );
    await user.call('POST', `/devices/${deviceId}/readings`, waves(100, 300));
    const last = await eventually(
      () => get(id),
      (view) => rowsOf(view) === 600,
      30_000,
    );
    const once = await ended(await ask(body));
    expect(last.result!.series).toEqual(once.result!.series);
    expect((await user.call('DELETE', `/analyses/${id}`)).status).toBe(204);
    expect(await get(id)).toMatchObject({ status: 'cancelled' });
  });
});
