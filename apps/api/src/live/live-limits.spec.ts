import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SubscribeAck } from '#contracts';
import { DEFAULT_LIMITS } from '#platform';
import { type ApiOverFakes, openApiOverFakes } from '../testing/api-over-fakes.js';

let api: ApiOverFakes;
let socket: Socket;
afterEach(async () => {
  socket.disconnect();
  await api.close();
});

/** A socket of the account `a1`, which has so many devices and whose key may ask so much a second. The clock stands still. */
async function openSocket(devices: number, keyRequestsPerSecondMax: number): Promise<void> {
  api = await openApiOverFakes({ settings: { limits: { ...DEFAULT_LIMITS, keyRequestsPerSecondMax } } });
  await api.openAccount('a1', ['read']);
  const device = { account_id: 'a1', name: 'd', tags: '{}', schema_version: 1, schema: '{"fields":{}}', revision: 0 };
  const times = { registered_at: 0, changed_at: 0, retired_at: null };
  await api.viewStore.write(async (tx) => {
    for (let at = 0; at < devices; at++)
      await tx
        .insertInto('devices')
        .values({ ...device, ...times, device_id: `d${at}` })
        .execute();
  });
  socket = io(await api.api.listen(), { auth: { token: 'tio_a1' }, transports: ['websocket'], reconnection: false });
  await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
}
const ask = (event: 'subscribe' | 'unsubscribe', deviceId: string): Promise<SubscribeAck> =>
  socket.emitWithAck(event, { deviceId }) as Promise<SubscribeAck>;

describe('subscribing', () => {
  it('is paid for from what the key may ask a second; ending a subscription is free', async () => {
    await openSocket(1, 3);
    for (let at = 0; at < 3; at++) {
      expect(await ask('subscribe', 'd0')).toMatchObject({ ok: true });
      if (at < 2) expect(await ask('unsubscribe', 'd0')).toMatchObject({ ok: true });
    }
    const message = expect.stringContaining('3 requests a second') as string;
    expect(await ask('subscribe', 'd0')).toEqual({ ok: false, code: 'limit.requests', message, retryAfter: 1 });
    expect(await api.call('GET', '/devices')).toMatchObject({ status: 429, body: { code: 'limit.requests' } });
    expect(await ask('unsubscribe', 'd0')).toMatchObject({ ok: true });
  });

  it('is paid for also where it is refused', async () => {
    await openSocket(0, 1);
    expect(await ask('subscribe', 'nobody')).toMatchObject({ ok: false, code: 'device.unknown' });
    expect(await ask('subscribe', 'nobody')).toMatchObject({ ok: false, code: 'limit.requests' });
  });

  it('to more devices than one connection may is refused, also where all are asked for at once', async () => {
    await openSocket(1_005, 2_000);
    // Nobody gets on before all have come as far.
    let asking = 0;
    let letOn!: () => void;
    const allAsked = new Promise<void>((resolve) => (letOn = resolve));
    vi.spyOn(api.eventLog, 'head').mockImplementation(() => {
      if (++asking === 1_005) letOn();
      return allAsked.then(() => 0);
    });
    const answers = await Promise.all(Array.from({ length: 1_005 }, (_, at) => ask('subscribe', `d${at}`)));
    const refused = answers.filter(({ ok }) => !ok);
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ code: 'limit.subscriptions' });
    expect(await ask('subscribe', 'd0')).toMatchObject({ ok: true });
  });
});
