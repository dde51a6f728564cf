/** Sockets at two replicas over a real Redis that is killed, forgets everything and comes back while devices go on sending. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventLog, MemorySeriesStore } from '#adapters/memory';
import { openRedisLiveBus, type RedisLiveBus } from '#adapters/redis';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { EventLog } from '#ports';
import { redisIsHere, startRedis } from '../../../../test/support/servers/redis.js';
import type { TestServer } from '../../../../test/support/servers/server-process.js';
import { hashOf } from '../admission/credentials.js';
import { createApi } from '../create-api.js';
import { FakeQueue } from '../testing/fake-queue.js';
import { newEvent, settingsOf } from '../testing/recorded.js';

const STREAM = 'device-a1.d1';
const quiet = (): void => undefined;
const log = { info: quiet, warn: quiet, error: quiet };
const key = { key_hash: hashOf('tio_1'), key_id: 'k1', account_id: 'a1', name: 'k', scopes: '["read"]', device_ids: null };
const device = { account_id: 'a1', device_id: 'd1', name: 'd', tags: '{}', schema_version: 1, schema: '{"fields":{}}', revision: 0 };
const soon = { timeout: 20_000, interval: 10 };

describe.skipIf(!redisIsHere)('live messages of two replicas over Redis', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let redis: TestServer;
  let events: EventLog;
  let publisher: RedisLiveBus;
  let recorded = 0;
  let clients: { socket: Socket; heard: number[] }[];

  beforeEach(async () => {
    // It keeps nothing: killed, it has forgotten what it took.
    redis = await startRedis({ volatile: true });
    const dir = await mkdtemp(join(tmpdir(), 'thingsio-live-'));
    const viewStore = await openSqliteViewStore({ dir });
    await viewStore.write(async (tx) => {
      await tx
        .insertInto('api_keys')
        .values({ ...key, created_at: 0, expires_at: null, revoked_at: null })
        .execute();
      await tx
        .insertInto('devices')
        .values({ ...device, registered_at: 0, changed_at: 0, retired_at: null })
        .execute();
    });
    [events, recorded, clients] = [createMemoryEventLog(), 0, []];
    publisher = await openRedisLiveBus({ url: redis.url });
    closing.push(
      () => rm(dir, { recursive: true }),
      () => redis.stop(),
      () => viewStore.close(),
      () => publisher.close(),
    );
    for (let replica = 0; replica < 2; replica++) {
      const liveBus = await openRedisLiveBus({ url: redis.url });
      const ports = { eventLog: events, commandQueue: new FakeQueue(), seriesStore: new MemorySeriesStore(), viewStore, liveBus };
      const api = await createApi({ ports, settings: { ...settingsOf(), port: 0 }, secret: Buffer.alloc(32), log, dashboardDir: dir });
      const heard: number[] = [];
      const socket = io(await api.listen(), { auth: { token: 'tio_1' }, transports: ['websocket'], reconnection: false });
      socket.on('readings.recorded', ({ time }: { time: number[] }) => heard.push(...time));
      closing.push(
        () => liveBus.close(),
        () => api.close(),
        async () => socket.disconnect(),
      );
      await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
      expect(await socket.emitWithAck('subscribe', { deviceId: 'd1', after: '0' })).toMatchObject({ ok: true });
      clients.push({ socket, heard });
    }
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  /** What happens is in the log before the projector tells of it. */
  async function record(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const n = recorded++;
      const event = newEvent('ReadingsReceived', { schemaVersion: 1, time: [n], fields: { t: [n] } });
      await events.append({ stream: STREAM, expectedRevision: n - 1, events: [event] });
      const data = { deviceId: 'd1', position: String(n + 1), time: [n], fields: { t: [n] } };
      publisher.publish([{ room: STREAM, event: 'readings.recorded', data, revisions: [n, n] }]);
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const everything = (): number[] => Array.from({ length: recorded }, (_, n) => n);
  async function expectAllHeard(): Promise<void> {
    for (const { heard } of clients) await expect.poll(() => heard.length, soon).toBeGreaterThanOrEqual(recorded);
    for (const { heard } of clients) expect(heard).toEqual(everything());
  }

  it('reach every client once and in order, though Redis dies in the middle and forgets what it had', async () => {
    await record(100);
    await redis.kill();
    await record(100);
    await redis.restart();
    await record(100);
    await expectAllHeard();
  });

  it('reach every client also where nothing more happens after Redis has died', async () => {
    await record(50);
    const dying = redis.kill();
    await record(200);
    await dying;
    await redis.restart();
    await expectAllHeard();
  });

  it('reach every client where somebody empties Redis', async () => {
    await record(50);
    const { Redis } = await import('ioredis');
    const other = new Redis(redis.url);
    for (let i = 0; i < 5; i++) {
      await Promise.all([record(100), other.flushall()]);
    }
    other.disconnect();
    await expectAllHeard();
  });
});
