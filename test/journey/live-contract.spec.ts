import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadingsRecordedMessage, SubscribeAck } from '#contracts';
import { eventually, openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';

const SCHEMA = { fields: { v: { type: 'number' }, position: { type: 'location' }, note: { type: 'string' } } };

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;
const sockets: Socket[] = [];
let devices = 0;

beforeAll(async () => {
  platform = await startJourneyPlatform();
  user = await openAccount(platform.url);
});
afterAll(() => {
  for (const socket of sockets) socket.disconnect();
  return platform.remove();
});

async function newDevice(): Promise<string> {
  const deviceId = `live-${devices++}`;
  expect((await user.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA })).status).toBe(201);
  return deviceId;
}

function open(token: unknown, transports = ['websocket']): Socket {
  const socket = io(platform.url, { auth: { token }, transports, reconnection: false, forceNew: true });
  sockets.push(socket);
  return socket;
}

const ask = (socket: Socket, event: string, ...sent: unknown[]): Promise<SubscribeAck> =>
  socket.timeout(5_000).emitWithAck(event, ...sent) as Promise<SubscribeAck>;
const post = (deviceId: string, body: unknown) => user.call('POST', `/devices/${deviceId}/readings`, body);

interface Heard {
  values: unknown[];
  positions: number[];
  messages: ReadingsRecordedMessage[];
}

function hear(socket: Socket, heard: Heard = { values: [], positions: [], messages: [] }): Heard {
  socket.on('readings.recorded', (message: ReadingsRecordedMessage) => {
    heard.messages.push(message);
    heard.positions.push(Number(message.position));
    heard.values.push(...(message.fields['v'] as unknown[]));
  });
  return heard;
}

const rising = (numbers: number[]) => numbers.every((number, at) => at === 0 || number > numbers[at - 1]!);
const firstN = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a browser that asks for the impossible', () => {
  it.each([
    [[]],
    [[null]],
    [['x']],
    [[{}]],
    [[{ deviceId: 5 }]],
    [[{ deviceId: 'nobody' }]],
    [[{ deviceId: 'live-0', after: 'abc' }]],
    [[{ deviceId: 'live-0', after: -1 }]],
    [[{ deviceId: 'live-0', after: '999999999' }]],
    [[{ deviceId: 'live-0', fields: ['nothing'] }]],
    [[{ deviceId: 'live-0', rateHzMax: 0 }]],
    [[{ deviceId: 'nobody' }, 'more', 'than asked']],
  ])('is told so, whatever it sends: %j', async (sent) => {
    if (devices === 0) await newDevice();
    const socket = open(user.key);
    expect(await ask(socket, 'subscribe', ...sent)).toMatchObject({ ok: false, code: expect.stringMatching(/^(request|device)\./) });
    expect(await ask(socket, 'subscribe', { deviceId: 'live-0' })).toMatchObject({ ok: true });
  });
});

describe('a subscription', () => {
  it('carries what was asked for last, and ends once', async () => {
    const deviceId = await newDevice();
    const socket = open(user.key);
    const heard = hear(socket);
    await ask(socket, 'subscribe', { deviceId, after: 0 });
    await ask(socket, 'subscribe', { deviceId, fields: ['v', 'position'] });
    await post(deviceId, { v: 1, position: [1, 2], note: 'a' });
    await eventually(
      async () => heard.messages,
      ({ length }) => length > 0,
    );
    expect(heard.messages[0]!.fields).toEqual({ v: [1], position: { lat: [1], lon: [2] } });
    expect(await ask(socket, 'unsubscribe', { deviceId })).toEqual({ ok: true, position: heard.messages[0]!.position });
    expect(await ask(socket, 'unsubscribe', { deviceId })).toMatchObject({ ok: false, code: 'device.unknown' });
    expect(heard.messages).toHaveLength(1);
  });

  it('gives every reading once over many reconnects, on either transport', async () => {
    const deviceId = await newDevice();
    const heard: Heard = { values: [], positions: [], messages: [] };
    let sending = true;
    const following = (async () => {
      for (let turn = 0; sending; turn++) {
        const socket = open(user.key, turn % 3 === 0 ? ['polling'] : ['websocket']);
        hear(socket, heard);
        const before = heard.messages.length;
        await ask(socket, 'subscribe', { deviceId, after: heard.positions.at(-1) ?? 0 });
        await eventually(
          async () => heard.messages.length,
          (length) => length > before + 3 || !sending,
        );
        socket.disconnect();
      }
    })();
    for (let at = 0; at < 600; at += 3) {
      await post(
        deviceId,
        [at, at + 1, at + 2].map((seq) => ({ seq, v: seq, time: 1_700_000_000_000 + seq - (seq % 7) * 50 })),
      );
      if (at % 9 === 0) await post(deviceId, { seq: at, v: at });
    }
    sending = false;
    await following;
    const last = open(user.key);
    hear(last, heard);
    await ask(last, 'subscribe', { deviceId, after: heard.positions.at(-1) ?? 0 });
    await eventually(
      async () => heard.values.length,
      (length) => length >= 600,
    );
    expect(heard.values).toEqual(firstN(600));
    expect(rising(heard.positions)).toBe(true);
  });

  it('from the log keeps to its rate', async () => {
    const deviceId = await newDevice();
    for (let at = 0; at < 200; at++) await post(deviceId, { v: at });
    const heard = hear(open(user.key));
    await ask(sockets.at(-1)!, 'subscribe', { deviceId, after: 0, rateHzMax: 0.1 });
    await eventually(
      async () => heard.values.length,
      (length) => length >= 200,
    );
    expect(heard.messages).toHaveLength(1);
  });
});

describe('a socket', () => {
  it('opened with a bad token hears why', async () => {
    for (const [token, code] of [
      ['nonsense', 'auth.invalid'],
      [undefined, 'auth.missing'],
      [{}, 'auth.missing'],
    ]) {
      const socket = open(token);
      const error = await new Promise<Error & { data?: object }>((resolve) => socket.once('connect_error', resolve));
      expect(error.data).toMatchObject({ code, status: 401 });
    }
  });

  it.each(['websocket', 'polling'])('over %s closes within a second of its key being revoked', async (transport) => {
    const { body } = await user.call<{ keyId: string; apiKey: string }>('POST', '/api-keys', { name: 'k', scopes: ['read'] });
    const socket = open(body.apiKey, [transport]);
    expect(await ask(socket, 'subscribe', { deviceId: await newDevice() })).toMatchObject({ ok: true });
    const gone = new Promise<number>((resolve) => socket.once('disconnect', () => resolve(Date.now())));
    const revokedAt = Date.now();
    await user.call('DELETE', `/api-keys/${body.keyId}`);
    expect((await gone) - revokedAt).toBeLessThan(1_000);
  });
});
