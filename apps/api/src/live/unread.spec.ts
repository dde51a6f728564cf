import type { Socket as TcpSocket } from 'node:net';
import { io, Manager, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiOverFakes, openApiOverFakes } from '../testing/api-over-fakes.js';
import { deviceOfReadings } from '../testing/device-of-readings.js';
import { newEvent } from '../testing/recorded.js';
import { UNREAD_CHARS_MAX } from './unread.js';

/** More than the two TCP windows of a connection hold, of which the server knows nothing. */
const WINDOWS_BYTES_MAX = 32 * 1024 * 1024;

describe('a browser that does not read', () => {
  let api: ApiOverFakes;
  let url: string;
  let socket: Socket;

  beforeEach(async () => {
    api = await openApiOverFakes();
    await api.openAccount('a1', ['read']);
    url = await api.api.listen();
    socket = io(url, { auth: { token: 'tio_a1' }, transports: ['websocket'], reconnectionDelay: 1 });
    await connected();
  });
  afterEach(async () => {
    socket.disconnect();
    await api.close();
  });

  const connected = (): Promise<void> => new Promise((resolve) => socket.once('connect', () => resolve()));
  /** What the client's side of the connection is. */
  const under = (manager: Manager): TcpSocket => (manager.engine.transport as unknown as { ws: { _socket: TcpSocket } }).ws._socket;
  const cutOff = () => api.logged.filter(({ message }) => message.endsWith('was cut off'));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const raise = (bytes: number): void =>
    api.liveBus.publish([{ room: 'account-a1', event: 'alert.raised', data: { text: 'x'.repeat(bytes) } }]);

  it('is cut off before alerts fill the memory, and comes back', async () => {
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    under(socket.io).pause();
    let told = 0;
    for (; cutOff().length === 0; told += 10_000) {
      raise(10_000);
      await turn();
    }
    expect(told).toBeLessThan(UNREAD_CHARS_MAX + WINDOWS_BYTES_MAX);
    expect(cutOff()).toEqual([{ members: expect.objectContaining({ accountId: 'a1' }), message: expect.any(String) }]);
    expect((await fetch(`${url}/metrics`).then((answer) => answer.text())).match(/^thingsio_live_sockets.*$/gm)).toContain(
      'thingsio_live_sockets_cut_off_total 1',
    );
    under(socket.io).resume();
    expect(await gone).toBe('transport close');
    await connected();
  });

  it('is cut off though it only asks, and its answers are what waits', async () => {
    under(socket.io).pause();
    const answered = (): void => undefined;
    while (cutOff().length === 0) {
      for (let asked = 0; asked < 200; asked++) socket.emit('unsubscribe', { deviceId: 'nobody'.repeat(100) }, answered);
      await turn();
    }
  });

  it('is cut off by the pings that it wants answered, also before it has said who it is', async () => {
    const manager = new Manager(url, { transports: ['websocket'], reconnection: false, autoConnect: false });
    await new Promise((resolve) => manager.open(resolve));
    const closed = new Promise((resolve) => manager.once('close', resolve));
    const client = under(manager);
    client.pause();
    // A frame of RFC 6455: a ping with as much as one may carry, masked by zeros.
    const ping = Buffer.from([0x89, 0x80 | 125, ...Array<number>(4 + 125).fill(0)]);
    const pings = Buffer.concat(Array<Buffer>(1_000).fill(ping));
    while (cutOff().length === 0) await new Promise((resolve) => client.write(pings, resolve));
    expect(cutOff()).toHaveLength(1);
    client.resume();
    await closed;
  });

  it('is cut off, too, where it polls and no longer does', async () => {
    const path = `${url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await fetch(path).then((answer) => answer.text())).slice(1)) as { sid: string };
    const poll = (init?: RequestInit): Promise<Response> => fetch(`${path}&sid=${sid}`, init);
    await poll({ method: 'POST', body: '40{"token":"tio_a1"}' });
    expect(await poll().then((answer) => answer.text())).toMatch(/^40/);
    while (cutOff().length === 0) raise(100_000);
    expect((await poll()).status).toBe(400);
  });

  it('stays, and gets every reading once it reads again', async () => {
    const batch = Array.from({ length: 10_000 }, (_, at) => at);
    await deviceOfReadings(api, [{ schema: { fields: { t: { type: 'number' } } } }]);
    for (let revision = 1; revision <= 80; revision++) {
      const event = newEvent('ReadingsReceived', { schemaVersion: 1, time: batch, fields: { t: batch.map((n) => n / 7) } });
      await api.eventLog.append({ stream: 'device-a1.d1', expectedRevision: revision - 1, events: [event] });
    }
    let heard = 0;
    socket.on('readings.recorded', ({ time }: { time: number[] }) => (heard += time.length));
    expect(await socket.emitWithAck('subscribe', { deviceId: 'd1', after: '0' })).toMatchObject({ ok: true });
    under(socket.io).pause();
    for (let turns = 0; turns < 1_000; turns++) await turn();
    expect(heard).toBeLessThan(800_000);
    under(socket.io).resume();
    await expect.poll(() => heard, { timeout: 20_000 }).toBe(800_000);
    expect(cutOff()).toEqual([]);
  });
});
