/** What InfluxDB refuses, loses, or answers too late: nothing is lost, nothing is there twice, and nothing fails unseen. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openInfluxDbSeries } from '#adapters/influxdb';
import { MemorySeriesStore } from '#adapters/memory';
import { StoreUnavailableError, type SeriesBatch, type SeriesStore } from '#ports';
import { influxdbIsHere, runInfluxStatement, startInfluxDb } from '../../support/servers/influxdb.js';
import type { TestServer } from '../../support/servers/server-process.js';
import {
  batchOf,
  cut,
  D1,
  DEVICES,
  EPOCH,
  logs,
  numbers,
  readingsEvent,
  schemaEvent,
  type LogEvent,
} from '../../support/series-store/batches.js';
import { startFlakyProxy, type FlakyProxy } from '../../support/series-store/flaky-proxy.js';

const ALL = { from: -Infinity, to: Infinity };
type Series = Awaited<ReturnType<typeof openInfluxDbSeries>>;

/** As a projector does: the same batch again, until it is stored. */
async function writeUntilStored(store: SeriesStore, batch: SeriesBatch): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      await store.write(batch);
      return tries;
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnavailableError);
    }
  }
}

/** Readings of three devices at ever the same few times, so that every place among equal times is contested. */
function contested(from: number, to: number): LogEvent[] {
  return Array.from({ length: to - from }, (_, i) => from + i).map((position) =>
    readingsEvent(
      position,
      {
        time: Array.from({ length: 400 }, (_, i) => EPOCH + ((position * 7 + i * 3) % 50)),
        fields: { a: Array.from({ length: 400 }, (_, i) => position + i / 1_000) },
      },
      DEVICES[position % 3]!,
    ),
  );
}

describe.skipIf(!influxdbIsHere)('InfluxDB series store, when', () => {
  let server: TestServer;
  let proxy: FlakyProxy;
  const opened: Series[] = [];
  let databases = 0;
  let database: string;
  const open = async (through: { url: string } = server): Promise<SeriesStore> => {
    const url = new URL(through.url);
    url.pathname = `/${database}`;
    opened.push(await openInfluxDbSeries({ url: url.href }));
    return opened.at(-1)!.open(1);
  };
  const ask = async (path: string, body: string | URLSearchParams): Promise<string> => {
    const answer = await fetch(new URL(path, server.url), { method: 'POST', body });
    return answer.text();
  };

  beforeAll(async () => {
    server = await startInfluxDb();
    proxy = await startFlakyProxy(server.url);
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });
  beforeEach(() => void (database = `faults${databases++}`));
  afterEach(async () => {
    proxy.fault = () => 'none';
    proxy.requests.length = 0;
    for (const series of opened.splice(0)) await series.close();
  });

  it('requests and answers get lost: has each reading once, whatever failed', { timeout: 180_000 }, async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(logs, fc.array(fc.nat(200), { maxLength: 6 }), fc.infiniteStream(fc.nat(9)), async (log, ends, dice) => {
        database = `lossy${run++}`;
        const alone = new MemorySeriesStore();
        const store = await open(proxy);
        proxy.fault = () => (['lost', 'unanswered', 'unavailable'] as const)[dice.next().value!] ?? 'none';
        for (const batch of cut(log, ends)) {
          await writeUntilStored(store, batch);
          await alone.write(batch);
        }
        proxy.fault = () => 'none';
        expect(await store.digest()).toBe(await alone.digest());
        for (const device of DEVICES) expect(await store.count({ ...device, ...ALL })).toBe(await alone.count({ ...device, ...ALL }));
      }),
      { numRuns: 12 },
    );
  });

  it('two writers believe they own a part: has each reading once, in order', async () => {
    const events = contested(1, 40);
    const reference = new MemorySeriesStore();
    await reference.write(batchOf(...events));
    const writers = [await open(), await open(), await open()];
    const cuts = [
      [7, 13, 22, 31],
      [5, 13, 30],
      [1, 2, 3, 20, 38],
    ];
    await Promise.all(
      writers.map(async (store, i) => {
        for (const batch of cut(events, cuts[i]!)) await store.write(batch);
      }),
    );
    expect(await writers[0]!.digest()).toBe(await reference.digest());
    expect(await writers[1]!.checkpoint()).toBe(39);
  });

  it('a part goes to another writer and comes back: goes on from what the other left', async () => {
    const reference = new MemorySeriesStore();
    const [one, other] = [await open(), await open()];
    for (const [i, store] of [one, other, one, other, one].entries()) {
      const batch = batchOf(...contested(1 + 9 * i, 10 + 9 * i));
      await store.write(batch);
      await reference.write(batch);
    }
    expect(await one.digest()).toBe(await reference.digest());
  });

  it('points are refused: rejects, keeps its checkpoint, and takes them when they are no more', async () => {
    const store = await open();
    const [first, second] = [
      batchOf(schemaEvent(1, 1, numbers('a')), readingsEvent(2, { time: [EPOCH], fields: { a: [1] } })),
      batchOf(readingsEvent(3, { time: [EPOCH + 1, EPOCH + 2], fields: { b: [5, 6] } })),
    ];
    await store.write(first);
    const measurements = JSON.parse(await ask(`/query?db=${database}`, new URLSearchParams({ q: 'SHOW MEASUREMENTS' }))) as {
      results: { series: { values: string[][] }[] }[];
    };
    const [readings] = measurements.results[0]!.series[0]!.values.flat().filter((name) => name.startsWith('readings_'));
    await ask(`/write?db=${database}`, `${readings},account=x n.b="a text" ${EPOCH + 1}000000`);
    await expect(store.write(second)).rejects.toThrow(/refused points.*partial write.*field type conflict/);
    await expect(store.write(second)).rejects.not.toBeInstanceOf(StoreUnavailableError);
    expect(await store.checkpoint()).toBe(2);
    await runInfluxStatement(server.url, `DROP MEASUREMENT "${readings}"`, database);
    await store.write(second);
    expect([await store.checkpoint(), await store.count({ ...D1, ...ALL })]).toEqual([3, 2]);
  });

  it('it is killed again and again in mid-write: has each reading once', { timeout: 120_000 }, async () => {
    const reference = new MemorySeriesStore();
    const store = await open();
    let tries = 0;
    for (let round = 0; round < 5; round++) {
      const killed = new Promise((resolve) => setTimeout(resolve, 5 + 12 * round)).then(() => server.kill()).then(() => server.restart());
      for (let n = 0; n < 4; n++) {
        const batch = batchOf(...contested(100 * round + 20 * n + 1, 100 * round + 20 * n + 20));
        tries += await writeUntilStored(store, batch);
        await reference.write(batch);
      }
      await killed;
    }
    expect(tries).toBeGreaterThan(20);
    expect(await store.digest()).toBe(await reference.digest());
  });

  it('it stands still: waits, says so, and goes on', { timeout: 60_000 }, async () => {
    const said: string[] = [];
    const logger = { info: (_: object, text: string) => said.push(text), warn: (_: object, text: string) => said.push(text) };
    const series = await openInfluxDbSeries({ url: new URL(`/${database}`, server.url).href, logger });
    opened.push(series);
    const store = await series.open(1);
    await server.pause();
    try {
      // The signal takes a moment.
      let health = '';
      while (health === '')
        health = await series
          .health()
          .then(String, String)
          .then((text) => (text === 'undefined' ? '' : text));
      expect(health).toMatch(/InfluxDB cannot be used now/);
      const written = store.write(batchOf(...contested(1, 9)));
      expect(await Promise.race([written, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))])).toBe('nothing');
      await server.resume();
      await written;
    } finally {
      await server.resume();
    }
    await series.health();
    expect(await store.count({ ...DEVICES[0]!, ...ALL })).toBe(2 * 400);
    expect(said).toEqual(['InfluxDB is away; it is tried again', 'InfluxDB is back']);
  });

  it('it takes small requests only: sends smaller ones', async () => {
    const small = await startInfluxDb({ settings: { http: ['max-body-size = 20000'] } });
    try {
      const series = await openInfluxDbSeries({ url: small.url });
      opened.push(series);
      const store = await series.open(1);
      await store.write(batchOf(...contested(1, 9)));
      expect(await store.count({ ...DEVICES[1]!, ...ALL })).toBe(3 * 400);
      const tooLong = batchOf(readingsEvent(20, { time: [EPOCH], fields: { t: ['x'.repeat(30_000)] } }));
      await expect(store.write(tooLong)).rejects.toThrow(/413/);
      expect(await store.checkpoint()).toBe(8);
    } finally {
      await small.stop();
    }
  });
});
