import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';

const SCHEMA = {
  fields: {
    temperature: { type: 'number', min: -40, max: 125 },
    humidity: { type: 'number' },
    open: { type: 'boolean' },
    state: { type: 'enum', values: ['ok', 'fault'] },
  },
};
const NOON = Date.UTC(2026, 4, 1, 12);

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;
let devices = 0;

beforeAll(async () => {
  platform = await startJourneyPlatform();
  user = await openAccount(platform.url);
});
afterAll(() => platform.remove());

async function newDevice(client = user): Promise<string> {
  const deviceId = `contract-${devices++}`;
  const answer = await client.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return deviceId;
}
interface Series {
  points: number;
  of: number;
  time: number[];
  fields: Record<string, Record<string, unknown[]>>;
}

describe('a series', () => {
  let deviceId: string;
  const series = (query: string) => user.call<Series>('GET', `/devices/${deviceId}/series?${query}`);
  beforeAll(async () => {
    deviceId = await newDevice();
    const readings = Array.from({ length: 100 }, (_, i) => ({
      time: NOON + i * 1000,
      temperature: i,
      humidity: 100 - i,
      open: i % 2 === 0,
      state: i < 50 ? 'ok' : 'fault',
    }));
    expect((await user.call('POST', `/devices/${deviceId}/readings?ack=projected`, readings)).status).toBe(200);
  });

  it.each([1, 2, 3, 5])('gives at most %i points of more fields than that', async (points) => {
    const answer = await series(`fields=temperature,humidity,open&points=${points}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.points).toBeLessThanOrEqual(points);
    expect(answer.body.points).toBeGreaterThan(0);
    expect(answer.body.of).toBe(100);
    for (const field of ['temperature', 'humidity', 'open']) expect(answer.body.fields[field]!['value']).toHaveLength(answer.body.points);
  });

  it.each(['min', 'max', 'mean', 'p95'])(
    'refuses the %s of text as a bad parameter, and leaves text out where no field is named',
    async (fn) => {
      const named = await series(`fields=state&every=1m&fn=${fn}`);
      expect(named.status).toBe(400);
      expect(named.body).toMatchObject({ code: 'request.bad-parameter', parameter: 'fn' });
      const unnamed = await series(`every=1m&fn=${fn}`);
      expect(unnamed.status, JSON.stringify(unnamed.body)).toBe(200);
      expect(Object.keys(unnamed.body.fields).sort()).toEqual(['humidity', 'open', 'temperature']);
    },
  );
});

describe('windows over the largest numbers there are', () => {
  it.each(['sum', 'mean', 'stddev', 'median', 'p95', 'max'])('are answered: %s', async (fn) => {
    const deviceId = await newDevice();
    const readings = [1.7976931348623157e308, 1.7e308, 5e-324].map((humidity, i) => ({ humidity, time: NOON + i }));
    expect((await user.call('POST', `/devices/${deviceId}/readings?ack=projected`, readings)).status).toBe(200);
    const answer = await user.call<Series>('GET', `/devices/${deviceId}/series?fields=humidity&every=1h&fn=${fn}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.fields['humidity']![fn]).toHaveLength(1);
  });
});

describe('a cursor that no list gave', () => {
  it.each(['garbage', Buffer.from('[1e400]').toString('base64url'), Buffer.from('["1"]').toString('base64url')])(
    'is refused: %s',
    async (cursor) => {
      const deviceId = await newDevice();
      const answer = await user.call('GET', `/devices/${deviceId}/events?cursor=${cursor}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'request.bad-parameter', parameter: 'cursor' });
    },
  );
});

describe('readings that are only queued', () => {
  it('are refused where no device would ever take them', async () => {
    const other = await openAccount(platform.url);
    const theirs = await newDevice(other);
    const retired = await newDevice();
    await user.call('DELETE', `/devices/${retired}`);
    for (const deviceId of ['nobody', theirs, retired]) {
      const answer = await user.call('POST', `/devices/${deviceId}/readings?ack=queued`, { temperature: 1 });
      expect(answer.status, deviceId).toBe(404);
    }
    const mine = await newDevice();
    const many = await user.call<{ devices: unknown }>('POST', '/readings?ack=queued', {
      nobody: [{ temperature: 1 }],
      [mine]: [{ temperature: 1 }],
    });
    expect(many.status).toBe(202);
    expect(many.body.devices).toMatchObject({ nobody: { error: { status: 404, code: 'device.unknown' } }, [mine]: { queued: true } });
  });
});

describe('a device of another account', () => {
  it.each([
    ['PATCH', '', { name: 'mine' }],
    ['DELETE', '', undefined],
    ['PUT', '/schema', SCHEMA],
    ['PUT', '/schema', []],
  ])('is not there, whatever If-Match and the body say: %s %s', async (method, path, body) => {
    const theirs = await newDevice(await openAccount(platform.url));
    for (const tag of ['"1"', '"other"', 'garbage']) {
      const answer = await user.call(method, `/devices/${theirs}${path}`, body, { 'if-match': tag });
      expect(answer.status, tag).toBe(404);
      expect(answer.body).toMatchObject({ code: 'device.unknown' });
    }
  });
});

describe('an edit with an Idempotency-Key', () => {
  it.each([
    ['PATCH', '', { name: 'other' }, 200],
    ['PUT', '/schema', { fields: { ...SCHEMA.fields, more: { type: 'number' } } }, 200],
    ['DELETE', '', undefined, 204],
  ])('is done once and answered again: %s %s', async (method, path, body, status) => {
    const deviceId = await newDevice();
    const edit = (sent: unknown, headers = {}) =>
      user.call(method, `/devices/${deviceId}${path}`, sent, { 'idempotency-key': `edit-${deviceId}`, ...headers });
    const events = async () => (await user.call<{ items: unknown[] }>('GET', `/devices/${deviceId}/events`)).body.items?.length;
    const first = await edit(body);
    expect(first.status, JSON.stringify(first.body)).toBe(status);
    const before = await events();
    const again = await edit(body);
    expect(again.status).toBe(status);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await events()).toBe(before);
    const reused = await edit(body, { 'if-match': '"77"' });
    expect(reused.status).toBe(422);
    expect(reused.body).toMatchObject({ code: 'idempotency.key-reused' });
  });

  it('revokes a key once', async () => {
    const { body } = await user.call<{ keyId: string }>('POST', '/api-keys', { name: 'short-lived', scopes: ['read'] });
    const revoke = () => user.call('DELETE', `/api-keys/${body.keyId}`, undefined, { 'idempotency-key': `revoke-${body.keyId}` });
    expect((await revoke()).status).toBe(204);
    expect((await revoke()).status).toBe(204);
    expect((await user.call('DELETE', `/api-keys/${body.keyId}`)).status).toBe(404);
  });
});

describe('If-Match', () => {
  it('may list several tags, one of which must be the present one', async () => {
    const deviceId = await newDevice();
    const { headers } = await user.call('GET', `/devices/${deviceId}`);
    const rename = (tags: string) => user.call('PATCH', `/devices/${deviceId}`, { name: 'renamed' }, { 'if-match': tags });
    expect((await rename('"other", "0"')).status).toBe(412);
    expect((await rename(`"other", ${headers.get('etag')}`)).status).toBe(200);
  });
});

describe('the root', () => {
  it('is the dashboard, whatever type is asked for', async () => {
    for (const accept of ['*/*', 'text/html']) {
      const page = await fetch(`${platform.url}/`, { headers: { accept } });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
    }
  });
});
