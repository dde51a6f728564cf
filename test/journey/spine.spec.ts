import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, eventually, openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';

const SCHEMA = {
  fields: {
    temperature: { type: 'number', unit: 'Cel', min: -40, max: 125, required: true },
    humidity: { type: 'number', unit: '%', min: 0, max: 100 },
    position: { type: 'location' },
    acceleration: { type: 'vector', axes: ['x', 'y', 'z'], unit: 'm/s2' },
    state: { type: 'enum', values: ['ok', 'fault'] },
    open: { type: 'boolean' },
    note: { type: 'string' },
    count: { type: 'integer', counter: true },
  },
};

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;
let devices = 0;

beforeAll(async () => {
  platform = await startJourneyPlatform();
  user = await openAccount(platform.url);
});
afterAll(() => platform.remove());

async function newDevice(client: Client = user, schema: object = SCHEMA): Promise<string> {
  const deviceId = `probe-${devices++}`;
  const answer = await client.call('POST', '/devices', { deviceId, name: `Probe ${devices}`, schema });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return deviceId;
}
const at = (second: number) => new Date(Date.UTC(2026, 4, 1, 12, 0, second)).toISOString();
const post = (deviceId: string, body: unknown, query = '', headers: Record<string, string> = {}) =>
  user.call('POST', `/devices/${deviceId}/readings${query}`, body, headers);

describe('a reading on its journey', () => {
  it('is acknowledged, is the latest value, stands in the series and closes the ledger', async () => {
    const deviceId = await newDevice();
    const answer = await post(
      deviceId,
      [
        { temperature: 20, time: at(0) },
        { temperature: 22, time: at(30) },
        { temperature: 999, time: at(40) },
      ],
      '?ack=projected',
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      deviceId,
      accepted: 2,
      duplicates: 0,
      rejected: [{ index: 2, field: 'temperature', code: 'reading.above-max' }],
    });
    expect(answer.body.position).toMatch(/^\d+$/);

    const latest = await user.call('GET', `/devices/${deviceId}/latest`);
    expect(latest.body).toEqual({ deviceId, fields: { temperature: { value: 22, time: at(30) } } });

    const series = await user.call(
      'GET',
      `/devices/${deviceId}/series?fields=temperature&from=${at(0)}&to=2026-05-01T12:01:00Z&every=1m&fn=mean,min,max,count`,
    );
    expect(series.body).toMatchObject({
      deviceId,
      every: '1m',
      points: 1,
      of: 2,
      time: [Date.parse(at(0))],
      fields: { temperature: { mean: [21], min: [20], max: [22], count: [2] } },
    });
    const ledger = await user.call('GET', `/devices/${deviceId}/ledger`);
    expect(ledger.body).toMatchObject({ received: 3, stored: 2, duplicates: 0, rejected: 1, late: 0 });
    const rejections = await user.call<{ items: { code: string; reading: unknown }[] }>('GET', `/devices/${deviceId}/rejections`);
    expect(rejections.body.items).toMatchObject([{ code: 'reading.above-max', reading: { temperature: 999, time: at(40) } }]);
  });

  it('keeps every field type from the request to raw readings', async () => {
    const deviceId = await newDevice();
    const values = {
      temperature: 21.5,
      humidity: 40,
      position: { lat: 52.5, lon: 13.4, alt: 34 },
      acceleration: { x: 0.1, y: -0.2, z: 9.81 },
      state: 'ok',
      open: true,
      note: 'first "light" ☀',
      count: 7,
    };
    expect((await post(deviceId, { time: at(1), seq: 1, values }, '?ack=projected')).status).toBe(200);
    const flat = { ...values, position: [52.5, 13.4, 34], acceleration: [0.1, -0.2, 9.81], ts: Date.parse(at(2)), seq: '2' };
    expect((await post(deviceId, flat, '?ack=projected')).status).toBe(200);
    const readings = await user.call<{ items: { time: string; seq: unknown; values: unknown }[] }>('GET', `/devices/${deviceId}/readings`);
    expect(readings.body.items).toMatchObject([
      { time: at(1), seq: 1, values },
      { time: at(2), seq: 2, values },
    ]);
    const latest = await user.call<{ fields: Record<string, { value: unknown }> }>('GET', `/devices/${deviceId}/latest`);
    expect(Object.fromEntries(Object.entries(latest.body.fields).map(([name, field]) => [name, field.value]))).toEqual(values);
    const series = await user.call<{ fields: unknown }>(
      'GET',
      `/devices/${deviceId}/series?fields=position.lat,acceleration.z,state&from=${at(0)}&to=${at(10)}`,
    );
    expect(series.body.fields).toEqual({
      'position.lat': { value: [52.5, 52.5] },
      'acceleration.z': { value: [9.81, 9.81] },
      state: { value: ['ok', 'ok'] },
    });
  });

  it('never moves the latest value back for late data', async () => {
    const deviceId = await newDevice();
    await post(deviceId, { temperature: 30, time: at(50) });
    await post(deviceId, { temperature: 10, time: at(5) }, '?ack=projected');
    const latest = await user.call<{ fields: { temperature: { value: number } } }>('GET', `/devices/${deviceId}/latest`);
    expect(latest.body.fields.temperature.value).toBe(30);
    expect((await user.call('GET', `/devices/${deviceId}/ledger`)).body).toMatchObject({ stored: 2, late: 1 });
  });

  it('comes in as JSON, NDJSON, CSV and SenML, gzipped too', async () => {
    const deviceId = await newDevice();
    const bodies: [string, string][] = [
      ['application/json', JSON.stringify([{ temperature: 1, time: at(1) }])],
      ['application/x-ndjson', `{"temperature":2,"time":"${at(2)}"}\n{"temperature":3,"time":"${at(3)}"}\n`],
      ['text/csv', `time,temperature,state\n${at(4)},4,ok\n${at(5)},5,fault\n`],
      ['application/senml+json', JSON.stringify([{ bn: '', bt: Date.parse(at(6)) / 1000, n: 'temperature', v: 6 }])],
    ];
    for (const [type, body] of bodies) {
      expect(await post(deviceId, body, '', { 'content-type': type })).toMatchObject({ status: 200 });
      const zipped = gzipSync(
        body.replaceAll('12:00', '13:00').replaceAll(String(Date.parse(at(6)) / 1000), String(Date.parse(at(6)) / 1000 + 3600)),
      );
      expect(await post(deviceId, zipped, '?ack=projected', { 'content-type': type, 'content-encoding': 'gzip' })).toMatchObject({
        status: 200,
      });
    }
    const readings = await user.call<{ items: { values: { temperature: number } }[] }>('GET', `/devices/${deviceId}/readings`);
    expect(readings.body.items.map((item) => item.values.temperature)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });

  it('goes to many devices in one request', async () => {
    const [one, two] = [await newDevice(), await newDevice()];
    const answer = await user.call('POST', '/readings?ack=projected', {
      [one]: [{ temperature: 1 }],
      [two]: [{ temperature: 2 }, { temperature: -99 }],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      devices: {
        [one]: { accepted: 1, duplicates: 0, rejected: [] },
        [two]: { accepted: 1, rejected: [{ index: 1, code: 'reading.below-min' }] },
      },
    });
    const lines = `{"deviceId":"${one}","temperature":3}\n{"deviceId":"${two}","temperature":4}\n`;
    expect((await user.call('POST', '/readings', lines, { 'content-type': 'application/x-ndjson' })).body).toMatchObject({
      devices: { [one]: { accepted: 1 }, [two]: { accepted: 1 } },
    });
  });

  it('is answered 202 when it only has to be queued, and arrives', async () => {
    const deviceId = await newDevice();
    expect((await post(deviceId, { temperature: 5 }, '?ack=queued')).status).toBe(202);
    await eventually(
      () => user.call('GET', `/devices/${deviceId}/ledger`),
      (answer) => answer.body.stored === 1,
    );
  });
});

describe('exactly once', () => {
  it('gives the first answer again for an Idempotency-Key, and adds nothing', async () => {
    const deviceId = await newDevice();
    const headers = { 'idempotency-key': 'retry-1' };
    const first = await post(deviceId, [{ temperature: 1 }, { temperature: 500 }], '', headers);
    const again = await Promise.all(
      Array.from({ length: 20 }, () => post(deviceId, [{ temperature: 1 }, { temperature: 500 }], '', headers)),
    );
    for (const answer of again) expect(answer.body).toEqual(first.body);
    const other = await post(deviceId, [{ temperature: 2 }], '?ack=projected', headers);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key-reused' } });
    await post(deviceId, { temperature: 3 }, '?ack=projected');
    expect((await user.call('GET', `/devices/${deviceId}/ledger`)).body).toMatchObject({
      received: 3,
      stored: 2,
      rejected: 1,
      duplicates: 0,
    });
  });

  it('gives twenty at once one answer', async () => {
    const deviceId = await newDevice();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(deviceId, [{ temperature: 1 }], '?ack=projected', { 'idempotency-key': 'at-once' })),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: answers[0]!.body });
    expect((await user.call('GET', `/devices/${deviceId}/ledger`)).body).toMatchObject({ received: 1, stored: 1 });
  });

  it('recognises sequence numbers again, names the missing, and takes one below the first', async () => {
    const deviceId = await newDevice();
    await post(
      deviceId,
      [10, 11, 14].map((seq) => ({ seq, temperature: seq })),
    );
    const again = await post(
      deviceId,
      [10, 11, 14, 15].map((seq) => ({ seq, temperature: seq })),
    );
    expect(again.body).toMatchObject({ accepted: 1, duplicates: 3 });
    const dups = await post(
      deviceId,
      [10, 11].map((seq) => ({ seq, temperature: seq })),
    );
    expect(dups).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 2, rejected: [] } });
    await post(
      deviceId,
      [
        { seq: '18446744073709551615', temperature: 1 },
        { seq: 9, temperature: 1 },
      ],
      '?ack=projected',
    );
    const ledger = await user.call<{ missing: { count: unknown; ranges: string[][] } }>('GET', `/devices/${deviceId}/ledger`);
    expect(ledger.body).toMatchObject({ received: 11, stored: 6, duplicates: 5, rejected: 0 });
    expect(ledger.body.missing.ranges).toEqual([
      ['12', '13'],
      ['16', '18446744073709551614'],
    ]);
  });

  it('repeats a device registration, an account and a key with their Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'make-1' };
    const device = { name: 'Once', schema: SCHEMA };
    const [first, second] = [await user.call('POST', '/devices', device, headers), await user.call('POST', '/devices', device, headers)];
    expect(second).toMatchObject({ status: 201, body: first.body });
    const key = { name: 'k', scopes: ['read'] };
    const [keyOne, keyTwo] = [await user.call('POST', '/api-keys', key, headers), await user.call('POST', '/api-keys', key, headers)];
    expect(keyTwo).toMatchObject({ status: 201, body: keyOne.body });
  });
});

describe('bad input', () => {
  const cases: [string, number, unknown, string?][] = [
    ['an empty object', 422, {}],
    ['an empty array', 422, []],
    ['null', 422, 'null'],
    ['a number', 422, '17'],
    ['NaN', 400, '{"temperature": NaN}'],
    ['1e400', 422, '{"temperature": 1e400}'],
    ['a nested object for a number', 422, { temperature: { deep: { deeper: 1 } } }],
    ['a 1 MB text', 422, { temperature: 'x'.repeat(1_000_000) }],
    ['10 MB', 413, `{"temperature": 1, "note": "${'x'.repeat(10_000_000)}"}`],
    ['100,000 fields', 422, Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`f${at}`, at]))],
    [
      '10,000 readings of 8 MB, none of which can be read',
      422,
      Array.from({ length: 10_000 }, () => ({ temperature: randomBytes(585).toString('base64') })),
    ],
    ['a body cut off half-way', 400, '[{"temperature": 20}, {"temp'],
    ['a deep JSON', 400, `${'['.repeat(200_000)}1${']'.repeat(200_000)}`],
    ['a wrong content type', 415, '<x/>', 'application/xml'],
    ['30 February', 422, { temperature: 1, time: '2026-02-30T00:00:00Z' }],
    ['a time before 1678', 422, { temperature: 1, time: '1500-01-01T00:00:00Z' }],
    ['a negative epoch', 422, { temperature: 1, time: -5 }],
    ['a negative seq', 422, { temperature: 1, seq: -1 }],
    ['a seq above 64 bits', 422, { temperature: 1, seq: '18446744073709551616' }],
    ['an unknown field', 422, { temperature: 1, pressure: 3 }],
    ['__proto__', 422, '{"temperature": 1, "__proto__": {"polluted": true}}'],
  ];
  it.each(cases)('answers %s with %i as problem+json and disturbs nobody', async (_, status, body, type = 'application/json') => {
    const [deviceId, neighbour] = [await newDevice(), await newDevice()];
    const answer = await post(deviceId, typeof body === 'string' ? body : JSON.stringify(body), '', { 'content-type': type });
    expect(answer.status, JSON.stringify(answer.body).slice(0, 300)).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String), advice: expect.any(String) });
    expect((await user.call('POST', `/devices/${neighbour}/readings`, { temperature: 1 })).status).toBe(200);
  });

  it('refuses invalid UTF-8 and a broken gzip stream', async () => {
    const deviceId = await newDevice();
    const invalid = new Uint8Array([...Buffer.from('{"temperature":1,"note":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expect((await post(deviceId, invalid, '', { 'content-type': 'application/json' })).status).toBe(400);
    expect(
      (await post(deviceId, new Uint8Array([1, 2, 3]), '', { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status,
    ).toBe(400);
    const bomb = gzipSync(Buffer.alloc(200_000_000, 32));
    expect((await post(deviceId, bomb, '', { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('takes an integer for a number field', async () => {
    expect((await post(await newDevice(), { temperature: 20 })).status).toBe(200);
  });

  it.each([
    ['GET', '/nowhere', 404],
    ['PUT', '/devices', 405],
    ['GET', '/devices?limit=0', 400],
    ['GET', '/devices?limit=99999', 400],
    ['GET', '/devices/none', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const answer = await user.call(method, path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    'every=0m',
    'every=abc',
    'points=0',
    'points=-1',
    'fn=hack',
    'tz=Mars/Base',
    'from=yesterday',
    'fields=nope',
    'fill=zzz',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
  ])('refuses the series parameter %s', async (query) => {
    const deviceId = await newDevice();
    const answer = await user.call('GET', `/devices/${deviceId}/series?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.bad-parameter' } });
  });
});

describe('accounts', () => {
  it('cannot see, write, subscribe to or guess at each other’s devices', async () => {
    const deviceId = await newDevice();
    const stranger = await openAccount(platform.url);
    const paths = ['', '/latest', '/readings', '/series', '/ledger', '/events', '/rejections', '/schema'];
    for (const path of paths) expect((await stranger.call('GET', `/devices/${deviceId}${path}`)).status, path).toBe(404);
    expect((await stranger.call('POST', `/devices/${deviceId}/readings`, { temperature: 1 })).status).toBe(404);
    expect((await stranger.call('PATCH', `/devices/${deviceId}`, { name: 'mine' })).status).toBe(404);
    expect((await stranger.call('DELETE', `/devices/${deviceId}`)).status).toBe(404);
    const own = await stranger.call('POST', '/devices', { deviceId, name: 'same id', schema: SCHEMA });
    expect(own.status).toBe(201);
    expect((await user.call('GET', `/devices/${deviceId}`)).body.name).not.toBe('same id');
  });

  it('need credentials, scopes and bound devices', async () => {
    const [one, two] = [await newDevice(), await newDevice()];
    const anonymous = createClient(platform.url);
    expect((await anonymous.call('GET', '/devices')).status).toBe(401);
    expect((await anonymous.as('nonsense').call('GET', '/devices')).status).toBe(401);
    const { body } = await user.call<{ keyId: string; apiKey: string }>('POST', '/api-keys', {
      name: 'bound',
      scopes: ['write'],
      deviceIds: [one],
    });
    const bound = anonymous.as(body.apiKey);
    expect((await bound.call('POST', `/devices/${one}/readings`, { temperature: 1 })).status).toBe(200);
    expect((await bound.call('POST', `/devices/${two}/readings`, { temperature: 1 })).status).toBe(403);
    expect((await bound.call('GET', `/devices/${one}/latest`)).status).toBe(403);
    expect((await user.call('DELETE', `/api-keys/${body.keyId}`)).status).toBe(204);
    expect((await bound.call('POST', `/devices/${one}/readings`, { temperature: 1 })).status).toBe(401);
  });

  it('sign in, are told who they are, and sign out', async () => {
    const session = await createClient(platform.url).call<{ token: string }>('POST', '/sessions', {
      email: user.email,
      password: user.password,
    });
    expect(session.status).toBe(201);
    expect(session.headers.get('set-cookie')).toMatch(/HttpOnly/i);
    const signedIn = createClient(platform.url, session.body.token);
    expect((await signedIn.call('GET', '/me')).body).toMatchObject({ accountId: user.accountId, email: user.email });
    expect((await signedIn.call('DELETE', '/sessions/current')).status).toBe(204);
    expect((await signedIn.call('GET', '/me')).status).toBe(401);
    expect((await createClient(platform.url).call('POST', '/sessions', { email: user.email, password: 'wrong' })).status).toBe(401);
    expect((await createClient(platform.url).call('POST', '/accounts', { email: user.email, password: user.password })).status).toBe(409);
  });
});

describe('devices', () => {
  it('are listed, edited under If-Match and retired', async () => {
    const deviceId = await newDevice();
    const read = await user.call('GET', `/devices/${deviceId}`);
    const etag = read.headers.get('etag')!;
    expect(
      (await user.call('PATCH', `/devices/${deviceId}`, { name: 'Renamed', tags: { site: 'roof' } }, { 'if-match': etag })).status,
    ).toBe(200);
    expect((await user.call('PATCH', `/devices/${deviceId}`, { name: 'Too late' }, { 'if-match': etag })).status).toBe(412);
    expect((await user.call('GET', `/devices/${deviceId}`)).body).toMatchObject({
      deviceId,
      name: 'Renamed',
      tags: { site: 'roof' },
      schemaVersion: 1,
    });
    expect((await user.call('DELETE', `/devices/${deviceId}`)).status).toBe(204);
    expect((await user.call('GET', `/devices/${deviceId}`)).status).toBe(404);
    expect((await post(deviceId, { temperature: 1 })).status).toBe(404);
    expect((await user.call('POST', '/devices', { deviceId, name: 'again', schema: SCHEMA })).status).toBe(409);
  });

  it('are paged through once each', async () => {
    const other = await openAccount(platform.url);
    const ids = Array.from({ length: 25 }, (_, at) => `page-${at}`);
    for (const deviceId of ids) await other.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const page: { body: { items: { deviceId: string }[]; next?: string } } = await other.call(
        'GET',
        `/devices?limit=10${next ? `&cursor=${next}` : ''}`,
      );
      seen.push(...page.body.items.map((item) => item.deviceId));
      next = page.body.next;
    }
    expect(seen.sort()).toEqual(ids.sort());
  });

  it('take a new schema version, and refuse one that breaks history', async () => {
    const deviceId = await newDevice();
    const wider = { fields: { ...SCHEMA.fields, pressure: { type: 'number' } } };
    expect((await user.call('PUT', `/devices/${deviceId}/schema`, wider)).body).toMatchObject({ schemaVersion: 2 });
    expect((await post(deviceId, { temperature: 1, pressure: 1013 })).status).toBe(200);
    const broken = { fields: { ...wider.fields, temperature: { type: 'string' } } };
    expect(await user.call('PUT', `/devices/${deviceId}/schema`, broken)).toMatchObject({
      status: 422,
      body: { code: 'schema.breaks-history' },
    });
  });

  it('show their latest values as the newest schema reads them', async () => {
    const deviceId = await newDevice(user, { fields: { t: { type: 'number', unit: 'Cel' } } });
    await post(deviceId, { t: 100 }, '?ack=projected');
    const fahrenheit = {
      fields: { temperature: { type: 'number', unit: '[degF]' } },
      upcasts: { temperature: { from: 't', scale: 1.8, offset: 32 } },
    };
    expect((await user.call('PUT', `/devices/${deviceId}/schema`, fahrenheit)).status).toBe(200);
    expect((await user.call('GET', `/devices/${deviceId}/latest`)).body).toMatchObject({ fields: { temperature: { value: 212 } } });
    expect((await user.call('GET', `/devices/${deviceId}/series?fields=temperature`)).body).toMatchObject({
      fields: { temperature: { value: [212] } },
    });
  });

  it('tell what happened to them', async () => {
    const deviceId = await newDevice();
    await post(deviceId, [{ temperature: 1 }, { temperature: 'warm' }]);
    const events = await user.call<{ items: { type: string; position: string }[] }>('GET', `/devices/${deviceId}/events`);
    expect(events.body.items.map((event) => event.type)).toEqual([
      'DeviceRegistered',
      'SchemaRegistered',
      'ReadingsReceived',
      'ReadingsRejected',
    ]);
  });
});

describe('live', () => {
  const connect = (token: string) => io(platform.url, { auth: { token }, transports: ['websocket'], forceNew: true });
  const subscribe = (socket: Socket, request: object) =>
    socket.emitWithAck('subscribe', request) as Promise<{ ok: boolean; position?: string; code?: string }>;

  it('sends what is recorded, and after a reconnect what was missed', async () => {
    const deviceId = await newDevice();
    const socket = connect(user.key!);
    const messages: { position: string; time: number[]; fields: { temperature: number[] } }[] = [];
    socket.on('readings.recorded', (message) => messages.push(message));
    expect(await subscribe(socket, { deviceId })).toMatchObject({ ok: true });
    await post(deviceId, [
      { temperature: 1, time: at(1) },
      { temperature: 2, time: at(2) },
    ]);
    await eventually(
      async () => messages.length,
      (count) => count > 0,
    );
    expect(messages[0]).toMatchObject({ deviceId, time: [Date.parse(at(1)), Date.parse(at(2))], fields: { temperature: [1, 2] } });
    const after = messages.at(-1)!.position;
    socket.disconnect();

    await post(deviceId, { temperature: 3, time: at(3) });
    const again = connect(user.key!);
    const missed: number[] = [];
    again.on('readings.recorded', (message) => missed.push(...message.fields.temperature));
    await subscribe(again, { deviceId, after });
    await post(deviceId, { temperature: 4, time: at(4) });
    await eventually(
      async () => missed,
      (seen) => seen.length >= 2,
    );
    expect(missed).toEqual([3, 4]);
    again.disconnect();
  });

  it('refuses strangers and closes when the key is revoked', async () => {
    const deviceId = await newDevice();
    const stranger = await openAccount(platform.url);
    const socket = connect(stranger.key!);
    expect(await subscribe(socket, { deviceId })).toMatchObject({ ok: false, code: 'device.unknown' });
    const { body } = await stranger.call<{ keyId: string; apiKey: string }>('POST', '/api-keys', { name: 'live', scopes: ['read'] });
    const second = connect(body.apiKey);
    const closed = new Promise((resolve) => second.once('disconnect', resolve));
    await new Promise<void>((resolve) => second.once('connect', resolve));
    await stranger.call('DELETE', `/api-keys/${body.keyId}`);
    await closed;
    socket.disconnect();
    second.disconnect();
  });
});

describe('for operators and programs', () => {
  it('answers health, metrics and OpenAPI', async () => {
    const anonymous = createClient(platform.url);
    expect((await anonymous.call('GET', '/health/live')).status).toBe(200);
    expect((await anonymous.call('GET', '/health/ready')).status).toBe(200);
    expect((await anonymous.call<string>('GET', '/metrics')).body).toContain('thingsio_');
    const openApi = await anonymous.call<{ paths: Record<string, unknown> }>('GET', '/docs/openapi.json');
    expect(Object.keys(openApi.body.paths)).toEqual(
      expect.arrayContaining(['/api/v1/devices/{id}/readings', '/api/v1/accounts', '/api/v1/devices/{id}/series']),
    );
  });

  it('carries the rate limit in headers', async () => {
    const answer = await user.call('GET', '/devices');
    expect(answer.headers.get('ratelimit')).toBeTruthy();
  });
});

describe('the dashboard', () => {
  it.each(['gzip', 'identity'])('is a page whose policy names no outside host (%s)', async (encoding) => {
    const page = await fetch(`${platform.url}/devices`, { headers: { accept: 'text/html', 'accept-encoding': encoding } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="root">');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:/);
  });
});
