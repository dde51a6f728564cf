import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryEventLog, MemoryLiveBus, MemorySeriesStore } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import { type EventLog, StoreUnavailableError, type ViewStore } from '#ports';
import { hashOf } from '../admission/credentials.js';
import { type Api, createApi } from '../create-api.js';
import { FakeQueue } from '../testing/fake-queue.js';
import { newEvent, settingsOf } from '../testing/recorded.js';

const STREAM = 'device-a1.d1';
const quiet = (): void => undefined;

describe('the live server', () => {
  let dir: string;
  let views: ViewStore;
  let log: EventLog;
  let bus: MemoryLiveBus;
  let api: Api;
  let socket: Socket;
  let heard: number[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'thingsio-live-'));
    views = await openSqliteViewStore({ dir });
    [log, bus, heard] = [createMemoryEventLog(), new MemoryLiveBus(), []];
    await views.write(async (tx) => {
      const key = { key_hash: hashOf('tio_1'), key_id: 'k1', account_id: 'a1', name: 'k', scopes: '["read"]', device_ids: null };
      await tx
        .insertInto('api_keys')
        .values({ ...key, created_at: 0, expires_at: null, revoked_at: null })
        .execute();
      const device = { account_id: 'a1', device_id: 'd1', name: 'd', tags: '{}', schema_version: 1, schema: '{"fields":{}}', revision: 0 };
      await tx
        .insertInto('devices')
        .values({ ...device, registered_at: 0, changed_at: 0, retired_at: null })
        .execute();
    });
    const ports = { eventLog: log, commandQueue: new FakeQueue(), seriesStore: new MemorySeriesStore(), viewStore: views, liveBus: bus };
    const settings = { ...settingsOf(), port: 0 };
    api = await createApi({
      ports,
      settings,
      secret: Buffer.alloc(32),
      log: { info: quiet, warn: quiet, error: quiet },
      dashboardDir: dir,
    });
    socket = io(await api.listen(), { auth: { token: 'tio_1' }, transports: ['websocket'], reconnection: false });
    socket.on('readings.recorded', ({ time }: { time: number[] }) => heard.push(...time));
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
  });
  afterEach(async () => {
    socket.disconnect();
    await api.close();
    await log.close();
    await views.close();
    await rm(dir, { recursive: true });
  });

  const append = async (revision: number): Promise<void> => {
    const event = newEvent('ReadingsReceived', { schemaVersion: 1, time: [revision], fields: { t: [revision] } });
    await log.append({ stream: STREAM, expectedRevision: revision - 1, events: [event] });
  };
  /** As the projector does, of events that are in the log. */
  const tell = (revision: number): void => {
    const data = { deviceId: 'd1', position: String(revision + 1), time: [revision], fields: { t: [revision] } };
    bus.publish([{ room: STREAM, event: 'readings.recorded', data, revisions: [revision, revision] }]);
  };
  const subscribe = (): Promise<unknown> => socket.emitWithAck('subscribe', { deviceId: 'd1', after: '0' });
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const revoke = (): Promise<unknown> => views.write((tx) => tx.updateTable('api_keys').set({ revoked_at: 1 }).execute());

  it('sends from the log what the bus left out, once it is told that something is missing', async () => {
    await append(0);
    expect(await subscribe()).toMatchObject({ ok: true });
    await until(() => heard.length === 1);
    await append(1);
    tell(1);
    await until(() => heard.length === 2);
    await append(2);
    bus.announceGap();
    await until(() => heard.length === 3);
    expect(heard).toEqual([0, 1, 2]);
  });

  it('sends from the log what the bus left out, as soon as it tells the next', async () => {
    await subscribe();
    for (const revision of [0, 1, 2]) await append(revision);
    tell(2);
    await until(() => heard.length === 3);
    expect(heard).toEqual([0, 1, 2]);
  });

  it('sends what happened while publishers did not know yet that someone listens', async () => {
    await subscribe();
    await append(0);
    await until(() => heard.length === 1);
  });

  it('closes the sockets of a revoked key at once where it is told that something is missing', async () => {
    await revoke();
    bus.announceGap();
    await until(() => !socket.connected);
  });

  it('closes the sockets of a revoked key within seconds where nobody tells', async () => {
    await revoke();
    await until(() => !socket.connected);
  });

  it('lets sockets be, and serves them, while the views are away', async () => {
    vi.spyOn(views.db, 'selectFrom').mockImplementation(() => {
      throw new StoreUnavailableError('away');
    });
    bus.announceGap();
    expect(await subscribe()).toMatchObject({ ok: false, code: 'overload.unavailable' });
    vi.restoreAllMocks();
    expect(await subscribe()).toMatchObject({ ok: true });
  });
});
