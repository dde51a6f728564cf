import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventLog, MemoryLiveBus, MemorySeriesStore } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { CommandAnswer, JsonObject, ReadingsAnswer } from '#contracts';
import type { Limits } from '#platform';
import { CREDENTIALS_ROOM, PROGRESS_ROOM, SeriesStoreError, StoreUnavailableError } from '#ports';
import { hashOf } from '../../admission/credentials.js';
import { createApi } from '../../create-api.js';
import { type Answer, done, FakeQueue } from '../../testing/fake-queue.js';
import { settingsOf } from '../../testing/recorded.js';

vi.mock('socket.io', () => import('../../testing/no-sockets.js'));

const KEY = 'tio_test';
const close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

const stored = (more: Partial<ReadingsAnswer> = {}): CommandAnswer =>
  done({ deviceId: 'd1', accepted: 1, duplicates: 0, rejected: [], position: '7', ...more }, 7);

/** The api over fakes, with one account and its key. */
async function setUp(answer: Answer = () => stored(), limits: Partial<Limits> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-api-'));
  const viewStore = await openSqliteViewStore({ dir });
  const [queue, liveBus, quiet] = [new FakeQueue(answer), new MemoryLiveBus(), () => undefined];
  const key = {
    key_hash: hashOf(KEY),
    key_id: 'k1',
    account_id: 'a1',
    name: 'k',
    scopes: '["read","write","manage"]',
    device_ids: null,
    created_at: 0,
    expires_at: null,
    revoked_at: null,
  };
  const device = {
    account_id: 'a1',
    device_id: 'd1',
    name: 'd',
    tags: '{}',
    schema_version: 1,
    schema: '{"fields":{}}',
    revision: 1,
    registered_at: 0,
    changed_at: 0,
    retired_at: null,
  };
  await viewStore.write(async (tx) => {
    await tx.insertInto('api_keys').values(key).execute();
    await tx.insertInto('devices').values(device).execute();
  });
  const ports = { eventLog: createMemoryEventLog(), commandQueue: queue, seriesStore: new MemorySeriesStore(), viewStore, liveBus };
  const api = await createApi({
    ports,
    settings: settingsOf(limits),
    secret: Buffer.alloc(32),
    log: { info: quiet, warn: quiet, error: quiet },
    clock: () => 1_000,
    dashboardDir: dir,
  });
  close.push(
    () => rm(dir, { recursive: true }),
    () => viewStore.close(),
    () => api.close(),
  );
  const call = async (method: string, url: string, payload?: string | Buffer, headers: Record<string, string> = {}) => {
    const answered = await api.app.inject({
      method: method as 'GET',
      url,
      payload,
      headers: { authorization: `Bearer ${KEY}`, ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
    });
    return {
      status: answered.statusCode,
      headers: answered.headers,
      body: (/json/.test(String(answered.headers['content-type'])) ? answered.json() : answered.body) as Record<string, unknown>,
    };
  };
  const post = (payload: string | Buffer = '{"t":1}', headers = {}, query = '') =>
    call('POST', `/api/v1/devices/d1/readings${query}`, payload, headers);
  return { api, queue, viewStore, liveBus, seriesStore: ports.seriesStore, call, post };
}

describe('the readings door', () => {
  it('passes the body on as it came, with its format and the time it was taken', async () => {
    const { post, queue } = await setUp();
    expect(await post('{"t" : 1.0}')).toMatchObject({ status: 200, body: { deviceId: 'd1', accepted: 1, position: '7' } });
    await post(gzipSync('a,b\n'), { 'content-type': 'text/csv', 'content-encoding': 'gzip' });
    const [json, csv] = queue.sent;
    expect(json).toMatchObject({
      type: 'ReceiveReadings',
      stream: 'device-a1.d1',
      data: { deviceId: 'd1', format: 'json' },
      accountId: 'a1',
      receivedAt: 1_000,
    });
    expect([json, csv].map((sent) => Buffer.from(sent!.body!).toString())).toEqual(['{"t" : 1.0}', 'a,b\n']);
    expect(csv!.data).toMatchObject({ format: 'csv' });
    expect(json).not.toHaveProperty('bodyHash');
  });

  it('names a retry by its key and its body', async () => {
    const { post, queue } = await setUp();
    for (const [body, key] of [
      ['1', 'a'],
      ['1', 'a'],
      ['2', 'a'],
      ['1', 'b'],
    ])
      await post(body, { 'idempotency-key': key! });
    const [first, again, other, another] = queue.sent;
    expect(again!.commandId).toBe(first!.commandId);
    expect(again!.bodyHash).toBe(first!.bodyHash);
    expect(other!.commandId).toBe(first!.commandId);
    expect(other!.bodyHash).not.toBe(first!.bodyHash);
    expect(another!.commandId).not.toBe(first!.commandId);
  });

  it('answers 422 with the verdicts where nothing was accepted, and 200 for duplicates only', async () => {
    const rejected = [{ index: 0, field: 't', code: 'reading.above-max', message: 'too warm' }];
    let answer = stored({ accepted: 0, rejected });
    const { post } = await setUp(() => answer);
    expect(await post()).toMatchObject({
      status: 422,
      headers: { 'content-type': expect.stringContaining('application/problem+json') },
      body: { code: 'readings.none-accepted', rejected, position: '7' },
    });
    answer = stored({ accepted: 0, duplicates: 3 });
    expect(await post()).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 3 } });
  });

  it.each([
    ['limit.mailbox', 429, 2_500, '3'],
    ['overload.queue-full', 503, undefined, '1'],
    ['overload.stopping', 503, undefined, '1'],
    ['device.unknown', 404, undefined, undefined],
    ['idempotency.key-reused', 422, undefined, undefined],
  ])('answers %s with %i, and when to come again', async (code, status, retryAfterMs, retryAfter) => {
    const { post } = await setUp(() => ({ ok: false, code, message: 'no', ...(retryAfterMs && { retryAfterMs }) }));
    const answer = await post();
    expect(answer).toMatchObject({ status, body: { code, advice: expect.any(String), correlationId: expect.any(String) } });
    expect(answer.headers['retry-after']).toBe(retryAfter);
  });

  it('does not tell what failed inside the series store', async () => {
    const { call, seriesStore } = await setUp();
    vi.spyOn(seriesStore, 'readings').mockRejectedValue(new SeriesStoreError('defect', 'SQL'));
    const answer = await call('GET', '/api/v1/devices/d1/readings');
    expect(answer).toMatchObject({ status: 500, body: { code: 'defect' } });
    expect(JSON.stringify(answer.body)).not.toContain('SQL');
  });

  it('answers 503, and no defect, while the views are away', async () => {
    const { viewStore, call } = await setUp();
    await call('GET', '/api/v1/devices');
    vi.spyOn(viewStore.db, 'selectFrom').mockImplementation(() => {
      throw new StoreUnavailableError('ECONNREFUSED 10.0.0.7');
    });
    const answer = await call('GET', '/api/v1/devices/d1');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'overload.unavailable' } });
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
    // It may have been stored before the views were asked.
    const edit = await call('PATCH', '/api/v1/devices/d1', '{"name":"x"}');
    expect(edit).toMatchObject({ status: 503, body: { code: 'overload.timeout' } });
  });

  it('takes readings from the budget after they are counted', async () => {
    const { post } = await setUp(() => stored({ accepted: 50 }), { keyReadingsPerSecondMax: 10 });
    const first = await post();
    expect(first.headers['ratelimit']).toBe('"requests";r=999;t=1, "readings";r=0;t=1');
    expect(await post()).toMatchObject({ status: 429, headers: { 'retry-after': '5' }, body: { code: 'limit.readings' } });
  });

  it('answers ack=projected when views and series show it, and not before', async () => {
    const { post, liveBus } = await setUp();
    const tell = (data: JsonObject) => liveBus.publish([{ room: PROGRESS_ROOM, event: 'projector.progressed', data }]);
    let answered = false;
    const answer = post('{"t":1}', {}, '?ack=projected').then((it) => ((answered = true), it));
    await new Promise((resolve) => setTimeout(resolve, 20));
    tell({ part: 0, views: 7, series: 6 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    tell({ part: 0, views: 7, series: 7 });
    expect((await answer).status).toBe(200);
  });

  it('answers ack=queued as soon as the queue holds it', async () => {
    const { post } = await setUp();
    expect(await post('{"t":1}', {}, '?ack=queued')).toMatchObject({ status: 202, body: { deviceId: 'd1', queued: true } });
  });

  it('queues nothing for a device that is not there', async () => {
    const { call, queue } = await setUp();
    expect(await call('POST', '/api/v1/devices/d2/readings?ack=queued', '{"t":1}')).toMatchObject({
      status: 404,
      body: { code: 'device.unknown' },
    });
    expect(await call('POST', '/api/v1/readings?ack=queued', '{"d2":{"t":1}}')).toMatchObject({
      status: 404,
      body: { code: 'device.unknown' },
    });
    expect(queue.sent).toEqual([]);
  });

  it('answers each device of many on its own, and fails only where all do', async () => {
    const { call } = await setUp(({ stream }) => (stream.endsWith('d1') ? stored() : { ok: false, code: 'device.unknown', message: 'no' }));
    const many = (body: object) => call('POST', '/api/v1/readings', JSON.stringify(body));
    expect(await many({ d1: { t: 1 }, d2: [{ t: 1 }] })).toMatchObject({
      status: 200,
      body: {
        devices: {
          d1: { accepted: 1, duplicates: 0, rejected: [], position: '7' },
          d2: { error: { status: 404, code: 'device.unknown' } },
        },
      },
    });
    expect(await many({ d2: { t: 1 }, 'no device': [] })).toMatchObject({
      status: 404,
      body: { code: 'device.unknown', devices: { d2: { error: {} } } },
    });
  });

  it('refuses a body beyond the limit, also when it does not say how long it is', async () => {
    const { post, queue } = await setUp(undefined, { bodyBytesMax: 100 });
    expect(await post('x'.repeat(101))).toMatchObject({ status: 413, body: { code: 'request.too-large', limit: 100 } });
    expect(await post(gzipSync('x'.repeat(101)), { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    expect(queue.sent).toEqual([]);
  });
});

describe('every door', () => {
  it('forgets a revoked key at once', async () => {
    const { post, viewStore, liveBus } = await setUp();
    expect((await post()).status).toBe(200);
    await viewStore.write((tx) => tx.updateTable('api_keys').set({ revoked_at: 5 }).execute());
    liveBus.publish([{ room: CREDENTIALS_ROOM, event: 'credentials.changed', data: { changes: [{ accountId: 'a1', keyId: 'k1' }] } }]);
    expect(await post()).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('Bearer') },
      body: { code: 'auth.invalid' },
    });
  });

  it('tells an unknown route from a wrong method', async () => {
    const { call } = await setUp();
    expect(await call('GET', '/api/v1/nowhere')).toMatchObject({ status: 404, body: { code: 'route.not-found' } });
    expect(await call('PATCH', '/api/v1/readings')).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
      body: { code: 'route.method-not-allowed' },
    });
    expect(await call('DELETE', '/api/v1/devices/d1/readings')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST' } });
    expect((await call('OPTIONS', '/api/v1/devices')).status).toBe(204);
  });

  it('carries the correlation id from the request to the answer', async () => {
    const { call } = await setUp();
    const answer = await call('GET', '/api/v1/nowhere', undefined, { 'x-correlation-id': 'order-7' });
    expect(answer).toMatchObject({ headers: { 'x-correlation-id': 'order-7' }, body: { correlationId: 'order-7' } });
  });

  it.each([
    ['cut off', '{"name":', 'application/json', 400, 'request.bad-json'],
    ['that is a list', '[]', 'application/json', 400, 'request.malformed'],
    ['with a mistyped member', '{"name":"x","nme":"y"}', 'application/json', 400, 'request.malformed'],
    ['with a number for a name', '{"name":5}', 'application/json', 400, 'request.malformed'],
    ['with an id that is none', '{"deviceId":"a b","name":"x"}', 'application/json', 400, 'request.malformed'],
    ['with half of a character', '{"name":"a\\ud83d"}', 'application/json', 400, 'request.bad-encoding'],
    ['nested deeply', '['.repeat(100), 'application/json', 400, 'request.too-deep'],
    ['of a form', 'name=x', 'application/x-www-form-urlencoded', 415, 'request.unsupported-media-type'],
    ['of megabytes', `{"name":"${'x'.repeat(2_500_000)}"}`, 'application/json', 413, 'request.too-large'],
  ])('refuses a device %s', async (_what, body, type, status, code) => {
    const { call } = await setUp();
    expect(await call('POST', '/api/v1/devices', body, { 'content-type': type })).toMatchObject({ status, body: { code } });
  });

  it.each(['"\\ud83d\\ude00"', '"\\\\ud83d"', '"\\u00e9"'])('takes %s for a name', async (name) => {
    const { call, queue } = await setUp(() => ({ ok: false, code: 'schema.invalid', message: 'no' }));
    await call('POST', '/api/v1/devices', `{"name":${name}}`);
    expect(queue.sent[0]!.data).toMatchObject({ name: JSON.parse(name) as string });
  });

  it('passes a field called __proto__ on to those who refuse it by name', async () => {
    const { call, queue } = await setUp(() => ({ ok: false, code: 'schema.invalid', message: 'no' }));
    await call('POST', '/api/v1/devices', '{"name":"x","schema":{"fields":{"__proto__":{"type":"number"}}}}');
    expect(JSON.stringify(queue.sent[0]!.data)).toContain('"__proto__":{"type":"number"}');
  });

  it('does not tell who holds an address', async () => {
    const { call } = await setUp(() => ({ ok: false, code: 'account.email-taken', message: 'taken', details: { accountId: 'asecret' } }));
    const answer = await call('POST', '/api/v1/accounts', JSON.stringify({ email: 'ada@example.org', password: 'long enough' }));
    expect(JSON.stringify(answer.body)).not.toContain('asecret');
  });

  it('asks for documentation of no outside host', async () => {
    const { call } = await setUp();
    const page = await call('GET', '/docs');
    expect(String(page.body)).not.toMatch(/https?:/);
    for (const [, path] of String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)) expect((await call('GET', path!)).status).toBe(200);
    expect(Object.keys((await call('GET', '/docs/openapi.json')).body['paths'] as object)).toContain('/api/v1/devices/{id}/readings');
  });

  it.each([
    ['request.bad-parameter', 400, undefined],
    ['overload.queue-full', 503, '1'],
  ])('answers what the series store refuses with %s as %i, not as a defect', async (code, status, retryAfter) => {
    const { call, seriesStore } = await setUp();
    vi.spyOn(seriesStore, 'readings').mockRejectedValue(new SeriesStoreError(code, 'not now'));
    const answer = await call('GET', '/api/v1/devices/d1/readings');
    expect(answer).toMatchObject({ status, body: { code, detail: 'not now' } });
    expect(answer.headers['retry-after']).toBe(retryAfter);
  });

  it('refuses what is new while it stops', async () => {
    const { api, call } = await setUp();
    const { Readiness } = await import('../../operator/readiness.js');
    api.app.get(Readiness).stop();
    expect(await call('GET', '/api/v1/me')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { code: 'overload.stopping' },
    });
  });
});
