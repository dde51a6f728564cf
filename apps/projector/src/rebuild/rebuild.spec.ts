import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestDrop, requestRebuild, requestState, tellProjectors } from '#adapters/views';
import type { PackedColumns, ReadingColumns, RebuildPurpose, RecordedEvent } from '#contracts';
import type { LogScan } from '#ports';
import type { Projection } from '../projections/projection.js';
import { VIEW_PROJECTIONS } from '../projections/registry.js';
import { series as seriesProjection } from '../projections/series.projection.js';
import type { Projector } from '../start-projector.js';
import { append, inDevice, type Happened } from '../testing/events.js';
import { createPlace, steppingLog, until, type Place } from '../testing/place.js';
import { allRows, project, rowsOf, temporaryViews } from '../testing/views.js';

const readings = (device: string, time: number[], values: (number | null)[] = time): Happened =>
  inDevice(device, 'ReadingsReceived', { schemaVersion: 1, time, fields: { temperature: values } });
const registered = (device: string): Happened => {
  const [accountId, deviceId] = device.split('.') as [string, string];
  return inDevice(device, 'DeviceRegistered', { accountId, deviceId, name: device, tags: {} });
};
const described = (device: string): Happened =>
  inDevice(device, 'SchemaRegistered', { schemaVersion: 1, schema: { fields: { temperature: { type: 'number' } } } });
const beginning = (device: string): Happened[] => [registered(device), described(device)];
/** As a scan gives it. */
const packed = (event: RecordedEvent): RecordedEvent => {
  if (event.type !== 'ReadingsReceived') return event;
  const columns = event.data as ReadingColumns;
  const { time, fields } = columns;
  const data: PackedColumns = { ...columns, time: Float64Array.from(time), fields: { ...fields, temperature: Float64Array.from(time) } };
  return { ...event, data: data as unknown as RecordedEvent['data'] };
};
const some = (count: number, from = 0): Happened[] => Array.from({ length: count }, (_, n) => readings('a1.d1', [from + n]));

describe('a rebuild', () => {
  let place: Place;
  let sut: Projector;
  beforeEach(async () => void (place = await createPlace()));
  afterEach(() => place.remove());

  const ask = async (projection: string, purpose: RebuildPurpose = 'switch'): Promise<string> => {
    const head = await place.log.head();
    const asked = await requestRebuild(place.views, { projection, purpose, requestedBy: 'ann', head, now: Date.now() });
    if (!asked.ok) throw new Error(asked.code);
    tellProjectors(place.live);
    return asked.rebuild.rebuildId;
  };
  const want = async (projection: string, rebuildId: string, wanted: 'run' | 'pause' | 'cancel'): Promise<void> => {
    expect((await requestState(place.views, projection, rebuildId, wanted)).ok).toBe(true);
    tellProjectors(place.live);
  };
  const reached = (position: number): Promise<void> => until(() => sut.positions().views >= position && sut.positions().series >= position);
  const ended = (projection: string): Promise<void> => until(async () => (await place.rebuild(projection))?.finishedAt !== undefined);
  /** What one projector makes of the whole log in one go. */
  const expected = async (): Promise<Record<string, unknown[]>> => {
    const other = await temporaryViews();
    await project(other.views, await place.log.readAll(0, 100_000));
    const rows = await allRows(other.views);
    await other.remove();
    return rows;
  };

  it('repairs what a bug has left in a view, and keeps the old one until it is dropped', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(20)]);
    sut = await place.start();
    await reached(22);
    await place.views.write((tx) => tx.updateTable('ledgers').set({ stored: 77, late: 5 }).execute());
    await ask('ledger');
    await ended('ledger');
    expect(await place.rebuild('ledger')).toMatchObject({ state: 'completed', generation: 2, progress: 1, eventsDone: 22, target: '22' });
    expect(await allRows(place.views)).toEqual(await expected());
    expect(await place.generations('ledger')).toEqual([
      [1, 'old'],
      [2, 'live'],
    ]);
    expect((await sql<{ stored: number }>`select stored from ledgers_g1`.execute(place.views.db)).rows).toEqual([{ stored: 77 }]);
    expect((await sut.figures()).find(({ name }) => name === 'ledger')).toMatchObject({ generation: 2, position: 22 });

    expect(await requestDrop(place.views, 'ledger', 2)).toMatchObject({ ok: false, code: 'generation.in-use' });
    expect(await requestDrop(place.views, 'ledger', 1)).toEqual({ ok: true });
    tellProjectors(place.live);
    await until(async () => (await place.generations('ledger')).length === 1);
    await expect(sql`select 1 from ledgers_g1`.execute(place.views.db)).rejects.toThrow('no such table');
    await append(place.log, some(3, 100));
    await reached(25);
    expect(await allRows(place.views)).toEqual(await expected());
  });

  it('can follow another, of every projection at once', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(5)]);
    sut = await place.start();
    await reached(7);
    for (const generation of [2, 3]) {
      const names = [...VIEW_PROJECTIONS.map(({ name }) => name), 'series'];
      for (const name of names) await ask(name);
      for (const name of names) await ended(name);
      for (const name of names) expect(await place.rebuild(name)).toMatchObject({ state: 'completed', generation });
      await append(place.log, some(2, 100 * generation));
      await reached(await place.log.head());
      expect(await allRows(place.views)).toEqual(await expected());
    }
    expect(await place.series.live()).toBe(3);
    expect(await place.series.store.count({ accountId: 'a1', deviceId: 'd1', from: 0, to: 8e12 })).toBe(9);
  });

  it('shows no reader less than was promised, nor a table missing, while devices go on sending', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(300)]);
    const stepping = steppingLog(place.log, 40);
    sut = await place.start({}, { log: stepping.log });
    await reached(302);
    let stop = false;
    let least = Infinity;
    const looks = { views: 0, series: 0 };
    const reader = async (): Promise<void> => {
      while (!stop) {
        const promised = sut.positions();
        const [ledger] = await place.views.db.selectFrom('ledgers').select('stored').execute();
        const [latest] = await place.views.db.selectFrom('latest_values').select('position').execute();
        // Two events before the first reading; one reading each.
        least = Math.min(least, ledger!.stored - (promised.views - 2), latest!.position - promised.views);
        looks.views++;
        const count = await place.series.store.count({ accountId: 'a1', deviceId: 'd1', from: 0, to: 8e12 });
        least = Math.min(least, count - (promised.series - 2));
        looks.series++;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writer = async (): Promise<void> => {
      for (let n = 0; !stop; n++) {
        await append(place.log, some(1, 1_000 + n));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const busy = [reader(), reader(), writer()];
    for (const projection of ['ledger', 'latest-values', 'series']) {
      await ask(projection);
      await ended(projection);
      expect(await place.rebuild(projection)).toMatchObject({ state: 'completed' });
    }
    // The former generation of the series is let go after a while.
    await until(() => place.said.length > 0 || looks.series > 200);
    stop = true;
    await Promise.all(busy);
    expect(least).toBeGreaterThanOrEqual(0);
    await reached(await place.log.head());
    expect(await allRows(place.views)).toEqual(await expected());
    expect(place.said).toEqual([]);
  });

  it('is paused, goes on, and is not touched by a restart in between', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(100)]);
    const stepping = steppingLog(place.log, 10);
    sut = await place.start({}, { log: stepping.log });
    await reached(102);
    stepping.hold(40);
    stepping.let();
    stepping.hold(102);
    const rebuildId = await ask('ledger');
    await until(async () => (await place.rebuild('ledger'))?.state === 'running');
    await want('ledger', rebuildId, 'pause');
    stepping.let();
    await until(async () => (await place.rebuild('ledger'))?.state === 'paused');
    const { position } = (await place.rebuild('ledger'))!;
    await append(place.log, some(5, 500));
    await reached(107);
    expect(await place.rebuild('ledger')).toMatchObject({ state: 'paused' });
    await sut.stop();
    sut = await place.start({}, { log: stepping.log });
    await append(place.log, some(5, 600));
    await reached(112);
    expect(await place.rebuild('ledger')).toMatchObject({ state: 'paused', position });
    await want('ledger', rebuildId, 'run');
    await ended('ledger');
    expect(await place.rebuild('ledger')).toMatchObject({ state: 'completed', rebuildId });
    expect(await allRows(place.views)).toEqual(await expected());
  });

  it.each(['ledger', 'series'])('of %s goes on from its checkpoint after a restart in the middle', async (projection) => {
    await append(place.log, [...beginning('a1.d1'), ...some(200)]);
    sut = await place.start();
    await reached(202);
    await sut.stop();
    const folded: number[] = [];
    const spy = (fold: (events: readonly RecordedEvent[]) => unknown) => (events: readonly RecordedEvent[]) => {
      folded.push(...events.map((event) => event.position));
      return fold(events);
    };
    const projections = VIEW_PROJECTIONS.map((one): Projection => (one.name === projection ? { ...one, fold: spy(one.fold) } : one));
    const series =
      projection === 'series'
        ? { ...seriesProjection, fold: spy(seriesProjection.fold) as typeof seriesProjection.fold }
        : seriesProjection;
    const stepping = steppingLog(place.log, 10);
    for (let stops = 0; stops < 5; stops++) {
      sut = await place.start({ projections, series }, { log: stepping.log });
      if (stops === 0) await ask(projection);
      const before = folded.length;
      await until(async () => folded.length >= before + 25 || (await place.rebuild(projection))?.finishedAt !== undefined);
      await sut.stop();
    }
    sut = await place.start({ projections, series }, { log: stepping.log });
    await ended(projection);
    expect(await place.rebuild(projection)).toMatchObject({ state: 'completed', eventsDone: expect.any(Number) as number });
    expect(new Set(folded).size).toBeGreaterThan(190);
    expect(folded.length).toBeLessThan(2 * 202);
    expect(await allRows(place.views)).toEqual(await expected());
    expect(await place.series.store.count({ accountId: 'a1', deviceId: 'd1', from: 0, to: 8e12 })).toBe(200);
  });

  it.each(['devices', 'series'])('of %s leaves nothing behind when it is cancelled', async (projection) => {
    await append(place.log, [...beginning('a1.d1'), ...some(50)]);
    const stepping = steppingLog(place.log, 10);
    sut = await place.start({}, { log: stepping.log });
    await reached(52);
    const before = await allRows(place.views);
    stepping.hold(50);
    const rebuildId = await ask(projection);
    await until(async () => (await place.rebuild(projection))?.state === 'running');
    await want(projection, rebuildId, 'cancel');
    stepping.let();
    await ended(projection);
    expect(await place.rebuild(projection)).toMatchObject({ state: 'cancelled' });
    expect(await requestState(place.views, projection, rebuildId, 'run')).toEqual({ ok: false, code: 'rebuild.ended' });
    await until(async () => (await place.generations(projection)).length === 1);
    expect(await place.series.list()).toEqual([1]);
    expect(await allRows(place.views)).toEqual(before);
    await ask(projection);
    await ended(projection);
    expect(await place.rebuild(projection)).toMatchObject({ state: 'completed', generation: 3 });
  });

  it('fails at an event that it cannot fold, says which, and leaves the live one alone', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(20)]);
    sut = await place.start();
    await reached(22);
    await sut.stop();
    const poisoned = VIEW_PROJECTIONS.map((one): Projection =>
      one.name !== 'ledger'
        ? one
        : {
            ...one,
            fold: (events) => {
              if (events.some(({ position }) => position === 9)) throw new Error('cannot count this');
              return one.fold(events);
            },
          },
    );
    sut = await place.start({ projections: poisoned });
    await ask('ledger');
    await ended('ledger');
    expect(await place.rebuild('ledger')).toMatchObject({ state: 'failed', error: 'at position 9: Error: cannot count this' });
    await until(async () => (await place.generations('ledger')).length === 1);
    await append(place.log, some(2, 50));
    await reached(24);
    expect(await allRows(place.views)).toEqual(await expected());
  });

  it('begins by itself where a projection has a new version, and what is live goes on being shown until then', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(30)]);
    sut = await place.start();
    await reached(32);
    await sut.stop();
    const newer = VIEW_PROJECTIONS.map((one): Projection => (one.name === 'ledger' ? { ...one, version: 2 } : one));
    const stepping = steppingLog(place.log, 10);
    stepping.hold(20);
    sut = await place.start({ projections: newer }, { log: stepping.log });
    await until(async () => (await place.rebuild('ledger'))?.state === 'running');
    await append(place.log, [...beginning('a1.d2'), ...some(3, 100)]);
    await reached(37);
    expect((await rowsOf(place.views, 'devices')).map(({ device_id }) => device_id)).toEqual(['d1', 'd2']);
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 30 }]);
    expect((await sut.figures()).filter(({ name }) => name === 'ledger')).toMatchObject([
      { generation: 1, version: 1, position: 32, waiting: expect.stringContaining('version 2 takes its place') as string },
    ]);
    stepping.let();
    await ended('ledger');
    expect(await place.rebuild('ledger')).toMatchObject({ state: 'completed' });
    expect(await allRows(place.views)).toEqual(await expected());
    expect((await sut.figures()).filter(({ name }) => name === 'ledger')).toMatchObject([{ generation: 2, version: 2 }]);
  });

  it('has a log scanned while a series has far to go, and lets go of the scan', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(1_500)]);
    let [begun, open] = [0, 0];
    const scanned: number[] = [];
    place.log.scan = () => {
      begun++;
      open++;
      const readAll: LogScan['readAll'] = async (after, limit, bytesMax) => {
        scanned.push(after);
        return (await place.log.readAll(after, Math.min(limit, 400), bytesMax)).map(packed);
      };
      return { packs: true, readAll, close: async () => void open-- };
    };
    sut = await place.start();
    await reached(1_502);
    await ask('series');
    await ended('series');
    await until(() => open === 0);
    expect(begun).toBe(1);
    expect(scanned).toEqual([0, 400, 800, 1_200]);
    const count = { accountId: 'a1', deviceId: 'd1', from: 0, to: 8e12 };
    expect(await (await place.series.open(2)).count(count)).toBe(1_500);
    const digests = [1, 2].map(async (generation) => (await place.series.open(generation)).digest());
    expect(new Set(await Promise.all(digests)).size).toBe(1);
    await ask('ledger');
    await ended('ledger');
    expect(begun).toBe(1);
  });

  it('tells of itself with the figures', async () => {
    await append(place.log, [...beginning('a1.d1'), ...some(10)]);
    sut = await place.start();
    await reached(12);
    const told: { rebuilds: { state: string }[] }[] = [];
    place.live.subscribe((messages) => {
      for (const { event, data } of messages) if (event === 'projector.figures') told.push(data as unknown as (typeof told)[number]);
    });
    await ask('ledger');
    await until(() => told.some(({ rebuilds }) => rebuilds.some(({ state }) => state === 'completed')));
  });
});
