/** The writer thread: many threads at once, its death, its limits. Runs against dist. */
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ThreadedSqliteEventLog } from '#adapters/sqlite';
import type { PackedColumns, RecordedEvent } from '#contracts';
import { builtSqliteAdapters, root } from '../../support/event-log/dist.js';
import {
  append,
  appended,
  Collector,
  columnsOfManyKinds,
  dataOf,
  everything,
  revisionsOf,
  unpacked,
} from '../../support/event-log/events.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';

const { openThreadedSqliteEventLog, openSqliteEventLog, connectSqliteEventLog, verifyLog } = await builtSqliteAdapters();

describe('the writer thread of a SQLite event log', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let sut: ThreadedSqliteEventLog;
  let deaths: number;
  let died: Promise<void>;

  beforeEach(async () => {
    folder = temporaryFolder();
    deaths = 0;
    let tell!: () => void;
    died = new Promise((resolve) => (tell = resolve));
    sut = await openThreadedSqliteEventLog({
      dir: folder.dir,
      onWriterDeath: () => {
        deaths += 1;
        tell();
      },
    });
  });
  afterEach(async () => {
    await sut.close();
    folder.remove();
  });

  const startThread = (
    streams: string[],
    appends: number,
  ): { ended: Promise<{ won: number; conflicts: number; unknown: number }>; progressed: Promise<void> } => {
    const connection = sut.connect();
    // Vitest tells its own threads to prefer sources; this one runs what was built.
    const thread = new Worker(`${root}dist/test/support/event-log/append-from-thread.js`, {
      workerData: { connection, streams, appends },
      transferList: [connection.port],
      execArgv: [],
    });
    let progress!: () => void;
    const progressed = new Promise<void>((resolve) => (progress = resolve));
    const ended = new Promise<{ won: number; conflicts: number; unknown: number }>((resolve, reject) => {
      thread.on('message', (message: { won: number; conflicts: number; unknown: number } | { progress: number }) => {
        if ('won' in message) thread.once('exit', () => resolve(message));
        else if (message.progress >= 20) progress();
      });
      thread.on('error', reject);
    });
    return { ended, progressed };
  };

  it('serves several threads and their followers at once', async () => {
    const follower = new Collector(sut, 0, 50);
    const threads = [0, 1, 2].map((thread) =>
      startThread(
        Array.from({ length: 8 }, (_, n) => `device-${thread}.${n}`),
        50,
      ),
    );
    for (const { ended } of threads) expect(await ended).toEqual({ won: 400, conflicts: 0, unknown: 0 });

    expect(new Set(dataOf(await follower.count(1_200)).map((data) => JSON.stringify(data))).size).toBe(1_200);
  });

  it('lets threads that fight for the same streams win one by one', async () => {
    const streams = ['device-a.1', 'device-a.2'];
    const threads = [0, 1, 2].map(() => startThread(streams, 40));
    for (const { ended } of threads) expect((await ended).won).toBe(80);

    for (const stream of streams)
      expect(revisionsOf(await sut.readStream(stream, 0, 1_000))).toEqual(Array.from({ length: 120 }, (_, n) => n));
    expect(await verifyLog(folder.dir)).toMatchObject({ ok: true, events: 240 });
  });

  it('is started again when it dies, without anyone connecting anew', async () => {
    const follower = new Collector(sut, 0, 50);
    const threads = [0, 1].map((thread) =>
      startThread(
        Array.from({ length: 16 }, (_, n) => `device-${thread}.${n}`),
        200,
      ),
    );
    await Promise.all(threads.map(({ progressed }) => progressed));
    await sut.killWriter();
    await died;

    for (const { ended } of threads) expect((await ended).won).toBe(16 * 200);
    const events = await everything(sut);
    expect(dataOf(await follower.count(events.length))).toEqual(dataOf(events));
    expect(deaths).toBe(1);
    expect(await verifyLog(folder.dir)).toMatchObject({ ok: true, events: events.length });
  });

  it('leaves the outcome of the appends it died with unknown, and writes what comes after', async () => {
    await appended(sut, 'device-a.1', -1, 'a');
    await sut.killWriter();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => append(sut, `device-b.${n}`, -1, n)));

    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'UnknownOutcomeError' });
      else expect(outcome.value.ok).toBe(true);
    }
    await died;
    expect(await append(sut, 'device-a.1', 0, 'b')).toMatchObject({ ok: true, revision: 1 });
  });

  it('reads for a scan by itself where it has no thread', async () => {
    await appended(sut, 'device-a.1', -1, ...Array.from({ length: 5 }, (_, n) => n));
    renameSync(join(folder.dir, 'log.db'), join(folder.dir, 'away.db'));
    const scan = sut.scan();

    expect(dataOf(await scan.readAll(0, 2))).toEqual([0, 1]);
    expect(dataOf(await scan.readAll(2, 10))).toEqual([2, 3, 4]);
    await scan.close();
  });

  it('packs columns that are numbers throughout for a scan, once that has its thread', async () => {
    await appended(sut, 'device-a.1', -1, ...columnsOfManyKinds());
    const scan = sut.scan();
    const read = (): Promise<RecordedEvent[]> => nextTurn().then(() => scan.readAll(0, 100));
    let events = await read();
    while (!((events[0]!.data as PackedColumns).time instanceof Float64Array)) events = await read();
    await scan.close();

    expect(events.map(unpacked)).toEqual(await sut.readAll(0, 100));
    const { seq, fields } = events[0]!.data as PackedColumns;
    const { lat } = fields['at'] as Record<string, unknown>;
    for (const packed of [seq, fields['t'], lat]) expect(packed).toBeInstanceOf(Float64Array);
    expect(fields['gaps']).toBeInstanceOf(Array);
  });

  it('is one: nobody else opens the log for writing meanwhile', { timeout: 30_000 }, async () => {
    await expect(openThreadedSqliteEventLog({ dir: folder.dir })).rejects.toMatchObject({ name: 'LogInUseError' });
    await sut.close();
    const next = openSqliteEventLog({ dir: folder.dir });
    await next.close();
  });

  it('answers the connections that are still open when the log is closed', async () => {
    const log = connectSqliteEventLog(sut.connect());
    await appended(log, 'device-a.1', -1, 'a');
    await sut.close();

    await expect(append(log, 'device-a.1', 0, 'b')).rejects.toMatchObject({
      name: expect.stringMatching(/LogClosedError|UnknownOutcomeError/) as string,
    });
    await log.close();
  });

  it('keeps the write-ahead log short while followers read all the time', { timeout: 60_000 }, async () => {
    const followers = [new Collector(sut, 0, 3), new Collector(sut, 0, 1_000)];
    const text = 'x'.repeat(20_000);
    let largest = 0;
    for (let round = 0; round < 60; round += 1) {
      await Promise.all(Array.from({ length: 64 }, (_, n) => append(sut, `device-a.${n}`, round - 1, text)));
      largest = Math.max(largest, statSync(join(folder.dir, 'log.db-wal')).size);
    }
    await Promise.all(followers.map((follower) => follower.count(60 * 64)));

    expect(60 * 64 * text.length).toBeGreaterThan(70_000_000);
    expect(largest).toBeLessThan(50_000_000);
  });
});
