/** The whole step on real threads and a real log; runs what was built. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedCommandQueue } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import { deviceStream, type CommandAnswer, type CommandEnvelope, type DeviceSchema, type RecordedEvent } from '#contracts';
import type { CommandQueue, ViewStore } from '#ports';
import { builtSqliteAdapters } from '../../../test/support/event-log/dist.js';
import type * as Start from './start-ingestor.js';

const built = (await import(
  /* @vite-ignore */ new URL('../../../dist/apps/ingestor/src/start-ingestor.js', import.meta.url).href
)) as typeof Start;
const { openThreadedSqliteEventLog } = await builtSqliteAdapters();
const schema: DeviceSchema = { fields: { temperature: { type: 'number', max: 60 } } };
const DEVICES = 12;

const LODGING = {
  where: 'a shard on the thread of the log',
  workers: 1,
  thread: new URL('../../../dist/run/log-and-shard.worker.js', import.meta.url),
};
const OWN_THREADS = { where: 'shards on threads of their own', workers: 2, thread: undefined };

describe.each([OWN_THREADS, LODGING])('the ingestor with $where, and a log on disk', ({ workers, thread }) => {
  let dir: string;
  let views: ViewStore;
  let log: Awaited<ReturnType<typeof openThreadedSqliteEventLog>>;
  let queue: CommandQueue;
  let sut: Start.Ingestor;
  let commands = 0;

  const start = async (): Promise<void> => {
    log = await openThreadedSqliteEventLog({ dir, ...(thread && { thread }) });
    sut = await built.startIngestor({
      workers,
      limits: { readingsPerRequestMax: 1_000, fieldsPerSchemaMax: 10 },
      views,
      log: thread ? { lodge: (data) => log.lodge(data) } : { connect: () => ({ kind: 'sqlite', ...log.connect() }) },
      logger: { warn: () => undefined },
      threads: { execArgv: [] },
    });
    queue = createEmbeddedCommandQueue();
    await queue.consume((batch) => sut.dispatch(batch));
  };
  const stop = async (): Promise<void> => {
    await queue.close();
    await sut.stop();
    await log.close();
  };
  const tell = (device: number, envelope: Partial<CommandEnvelope>): Promise<CommandAnswer> => {
    const commandId = envelope.commandId ?? `c${commands++}`;
    const stream = deviceStream('a1', `d${device}`);
    return queue.send({
      accountId: 'a1',
      stream,
      commandId,
      correlationId: commandId,
      receivedAt: Date.now(),
      ...envelope,
    } as CommandEnvelope);
  };
  const register = (device: number) =>
    tell(device, { type: 'RegisterDevice', data: { accountId: 'a1', deviceId: `d${device}`, name: 'D', tags: {}, schema } });
  const post = (device: number, body: string, more: Partial<CommandEnvelope> = {}) =>
    tell(device, { type: 'ReceiveReadings', data: { deviceId: `d${device}`, format: 'json' }, body: Buffer.from(body), ...more });

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingestor-'));
    views = await openSqliteViewStore({ dir });
    await start();
  });
  afterEach(async () => {
    await stop();
    await views.close();
    await rm(dir, { recursive: true });
  });

  it('takes up after a restart where it ended', async () => {
    await register(1);
    const retry = () => post(1, '[{"temperature":20,"seq":1},{"temperature":99,"seq":2}]', { commandId: 'again', bodyHash: 'h' });
    const first = await retry();
    expect(first).toMatchObject({ ok: true, value: { accepted: 1, rejected: [{ index: 1 }] } });
    await stop();
    await start();
    expect(await retry()).toEqual({ ...first, repeated: true });
    expect(await post(1, '[{"temperature":20,"seq":1}]')).toMatchObject({ ok: true, value: { accepted: 0, duplicates: 1 } });
  });

  it('holds each acknowledged batch once, whichever thread dies under load', async () => {
    await Promise.all(Array.from({ length: DEVICES }, (_, device) => register(device)));
    const told: { commandId: string; answer: CommandAnswer }[] = [];
    let done = false;
    const clients = Array.from({ length: 16 }, async (_, client) => {
      for (let i = 0; !done; i++) {
        const commandId = `load-${client}-${i}`;
        const body = JSON.stringify(Array.from({ length: 10 }, () => ({ temperature: (client + i) % 60 })));
        told.push({ commandId, answer: await post((client * 7 + i) % DEVICES, body, { commandId }) });
      }
    });
    for (let kill = 0; kill < 8; kill++) {
      const enough = told.length + 30;
      await expect.poll(() => told.length, { timeout: 10_000, interval: 2 }).toBeGreaterThan(enough);
      await sut.kill(kill % workers);
    }
    done = true;
    await Promise.all(clients);
    expect(told.filter(({ answer }) => !answer.ok)).toEqual([]);
    const received = (await log.readAll(0, 1_000_000)).filter((event) => event.type === 'ReadingsReceived');
    const byCommand = new Map<string, RecordedEvent>(received.map((event) => [event.metadata.commandId, event]));
    expect(byCommand.size).toBe(received.length);
    expect(received.length).toBe(told.length);
    for (const { commandId, answer } of told) expect(answer.ok && answer.position).toBe(byCommand.get(commandId)!.position);
    expect(sut.stats().reduce((sum, { restarts }) => sum + restarts, 0)).toBe(8);
  });
});
