import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLiveBus, createMemoryEventLog } from '#adapters/memory';
import type { ProjectionFigures } from '#contracts';
import { CREDENTIALS_ROOM, PROGRESS_ROOM, StoreUnavailableError, type LiveBus, type LiveMessage, type ViewStore } from '#ports';
import { VIEW_PROJECTIONS } from './projections/registry.js';
import { series as seriesProjection } from './projections/series.projection.js';
import { startProjector, type Projector, type ProjectorSettings } from './start-projector.js';
import { append, inAccount, inDevice, type Happened } from './testing/events.js';
import { FakeSeriesGenerations, FakeSeriesStore } from './testing/fake-series-store.js';
import { allRows, project, rowsOf, temporaryViews } from './testing/views.js';

const readings = (device: string, time: number[], values: (number | null)[] = time): Happened =>
  inDevice(device, 'ReadingsReceived', { schemaVersion: 1, time, fields: { temperature: values } });
const registered = (device: string): Happened => {
  const [accountId, deviceId] = device.split('.') as [string, string];
  return inDevice(device, 'DeviceRegistered', { accountId, deviceId, name: device, tags: {} });
};

describe('the projector', () => {
  const log = { current: createMemoryEventLog() };
  let place: Awaited<ReturnType<typeof temporaryViews>>;
  let series: FakeSeriesStore;
  let live: LiveBus;
  let heard: LiveMessage[];
  let said: string[];
  let sut: Projector | undefined;

  beforeEach(async () => {
    log.current = createMemoryEventLog();
    place = await temporaryViews();
    series = new FakeSeriesStore();
    live = createLiveBus();
    heard = [];
    said = [];
    live.subscribe((messages) => heard.push(...messages));
  });
  afterEach(async () => {
    await sut?.stop();
    sut = undefined;
    await log.current.close();
    await place.remove();
  });

  const start = async (settings: Partial<ProjectorSettings> = {}, views: ViewStore = place.views): Promise<Projector> => {
    const say = (_: object, message: string): void => void said.push(message);
    const logger = { info: () => undefined, warn: say, error: say };
    const ports = { log: log.current, views, series: new FakeSeriesGenerations(series), live };
    sut = await startProjector(ports, { logger, now: () => 1_777_000_100_000, ...settings });
    return sut;
  };
  const restart = async (settings: Partial<ProjectorSettings> = {}): Promise<Projector> => {
    await sut?.stop();
    return start(settings);
  };
  /** Waits for what is to come, turn by turn of the event loop: nothing here takes a time of its own. */
  const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await done())) await new Promise((resolve) => setImmediate(resolve));
  };
  const reached = (position: number): Promise<void> =>
    until(() => sut!.positions().views >= position && sut!.positions().series >= position);
  const figureOf = async (name: string): Promise<ProjectionFigures> => (await sut!.figures()).find((figures) => figures.name === name)!;

  it('shows what was recorded before it started, and what comes after', async () => {
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]);
    await start();
    await reached(2);
    await append(log.current, [readings('a1.d1', [2])]);
    await reached(3);
    expect((await rowsOf(place.views, 'ledgers'))[0]).toMatchObject({ stored: 2 });
    expect(series.readingsStored().map(({ position }) => position)).toEqual([2, 3]);
  });

  it('goes on exactly where it was when it starts again', async () => {
    const happened = [registered('a1.d1'), ...Array.from({ length: 50 }, (_, n) => readings('a1.d1', [n, n - 1]))];
    await start();
    for (const one of happened) {
      const position = await append(log.current, [one]);
      if (position % 7 === 0) await restart();
    }
    await reached(51);
    const rows = await allRows(place.views);
    expect(rows.ledgers).toMatchObject([{ stored: 100, late: 50 }]);
    expect(series.readingsStored().map(({ position }) => position)).toEqual(Array.from({ length: 50 }, (_, n) => n + 2));
  });

  it('gives the same rows live as in one go', async () => {
    const happened = [
      registered('a1.d1'),
      registered('a1.d2'),
      ...Array.from({ length: 60 }, (_, n) => readings(`a1.d${(n % 2) + 1}`, [n % 13])),
    ];
    await start();
    for (const one of happened) await append(log.current, [one]);
    await reached(62);
    const rows = await allRows(place.views);
    const other = await temporaryViews();
    await project(other.views, await log.current.readAll(0, 1_000));
    expect(rows).toEqual(await allRows(other.views));
    await other.remove();
  });

  it('leaves the rooms of devices to another thread where that tells them', async () => {
    live.setListening('device-a1.d1', true);
    live.setListening(PROGRESS_ROOM, true);
    await start({ roomsToldElsewhere: true });
    await reached(await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]));
    await restart();
    await append(log.current, [readings('a1.d1', [2])]);
    await until(() => heard.some(({ event }) => event === 'readings.recorded'));
    expect(heard.filter(({ room }) => room === 'device-a1.d1').map(({ data }) => data['position'])).toEqual(['3']);
  });

  it('tells how far views and series are, after each step', async () => {
    live.setListening(PROGRESS_ROOM, true);
    await start();
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]);
    await until(() => heard.some(({ event, data }) => event === 'projector.progressed' && data.views === 2 && data.series === 2));
  });

  it('stops a projection at an event it cannot fold; the others go on, and so does it once corrected', async () => {
    const poisoned = VIEW_PROJECTIONS.map((projection) =>
      projection.name !== 'ledger'
        ? projection
        : {
            ...projection,
            fold: (events: Parameters<typeof projection.fold>[0]) => {
              if (events.some(({ position }) => position === 3)) throw new Error('cannot count this');
              return projection.fold(events);
            },
          },
    );
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1]), readings('a1.d1', [2]), readings('a1.d1', [3])]);
    await start({ projections: poisoned });
    await reached(4);
    expect(await figureOf('ledger')).toMatchObject({
      position: 2,
      lagEvents: 2,
      failed: { position: 3, error: 'Error: cannot count this' },
    });
    expect(await figureOf('latest-values')).toMatchObject({ position: 4, lagEvents: 0 });
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 1 }]);
    expect(await rowsOf(place.views, 'latest_values')).toMatchObject([{ time: 3 }]);
    expect(said).toEqual(['projection stands still']);
    await restart();
    await reached(4);
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 3 }]);
  });

  it('counts nothing twice where another projection is behind and the log is read again for it', async () => {
    const poisoned = VIEW_PROJECTIONS.map((projection) =>
      projection.name === 'latest-values' ? { ...projection, write: () => Promise.reject(new Error('broken')) } : projection,
    );
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1]), readings('a1.d1', [2])]);
    await start({ projections: poisoned });
    await reached(3);
    await sut!.stop();
    await append(log.current, [readings('a1.d1', [3])]);
    await start();
    await reached(4);
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 3, late: 0 }]);
    expect(await rowsOf(place.views, 'latest_values')).toMatchObject([{ time: 3 }]);
  });

  it('stops only the projection whose writing fails for good', async () => {
    const broken = VIEW_PROJECTIONS.map((projection) =>
      projection.name === 'rejections'
        ? projection
        : projection.name !== 'devices'
          ? projection
          : { ...projection, write: () => Promise.reject(new Error('no such column')) },
    );
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]);
    await start({ projections: broken });
    await reached(2);
    expect(await figureOf('devices')).toMatchObject({ position: 0, failed: { error: 'Error: no such column' } });
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 1 }]);
  });

  it('stops the series at an event it cannot fold, with all before it stored', async () => {
    const fold: typeof seriesProjection.fold = (events) => {
      if (events.some(({ position }) => position === 3)) throw new Error('cannot store this');
      return seriesProjection.fold(events);
    };
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1]), readings('a1.d1', [2]), readings('a1.d1', [3])]);
    await start({ series: { ...seriesProjection, fold } });
    await until(async () => (await figureOf('series')).failed !== undefined && sut!.positions().views === 4);
    expect(sut!.positions().series).toBe(2);
    expect(series.readingsStored().map(({ position }) => position)).toEqual([2]);
  });

  it('tries again while the views cannot be written, and skips nothing', async () => {
    let failures = 0;
    const write: ViewStore['write'] = (work) =>
      failures-- > 0 ? Promise.reject(new StoreUnavailableError('database is locked')) : place.views.write(work);
    const { db } = place.views;
    await start({}, { db, write, snapshot: (work) => place.views.snapshot(work), close: () => place.views.close() });
    failures = 6;
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]);
    await until(() => sut!.positions().series === 2);
    await until(async () => (await figureOf('ledger')).waiting !== undefined);
    await append(log.current, [readings('a1.d1', [2])]);
    await until(() => sut!.positions().series === 3);
    await reached(3);
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 2 }]);
    expect((await figureOf('ledger')).waiting).toBeUndefined();
  });

  it('shows new data in the views while the series cannot be written, however much comes', async () => {
    let broken = true;
    series.beforeWrite = () => {
      if (broken) throw new Error('disk I/O error');
    };
    await start();
    await append(log.current, [registered('a1.d1')]);
    for (let n = 0; n < 30; n++) {
      const position = await append(log.current, [readings('a1.d1', [n])]);
      await until(() => sut!.positions().views >= position);
    }
    expect(await figureOf('series')).toMatchObject({ position: 0, lagEvents: 31, waiting: 'disk I/O error' });
    broken = false;
    await reached(31);
    expect(series.readingsStored().map(({ position }) => position)).toEqual(Array.from({ length: 30 }, (_, n) => n + 2));
  });

  it('builds the views again where they have seen more than the log holds', async () => {
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1]), readings('a1.d1', [2])]);
    await start();
    await reached(3);
    await sut!.stop();
    sut = undefined;
    log.current = createMemoryEventLog();
    series = new FakeSeriesStore();
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [9])]);
    await start();
    await reached(2);
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 1, latest_time: 9 }]);
  });

  it('refuses to start on a series store that has seen more than the log holds', async () => {
    await series.write({ checkpoint: 5, schemas: [], readings: [] });
    await expect(start()).rejects.toThrow('the log ends at 0');
  });

  it('counts nothing twice when another projector works on the same store, and goes on after it', async () => {
    await start();
    await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]);
    await reached(2);
    const other = await startProjector(
      { log: log.current, views: place.views, series: new FakeSeriesGenerations(new FakeSeriesStore()), live: createLiveBus() },
      { logger: { info: () => undefined, warn: () => undefined, error: () => undefined }, now: () => 1_777_000_100_000 },
    );
    for (let n = 0; n < 20; n++) await append(log.current, [readings('a1.d1', [n])]);
    await reached(22);
    await until(() => other.positions().views === 22);
    await other.stop();
    await append(log.current, [readings('a1.d1', [99])]);
    await reached(23);
    expect(await rowsOf(place.views, 'ledgers')).toMatchObject([{ stored: 22 }]);
    expect((await figureOf('ledger')).failed).toBeUndefined();
  });

  it('tells lag in events and in seconds', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    series.beforeWrite = () => gate;
    await start();
    await append(log.current, [registered('a1.d1'), { ...readings('a1.d1', [1]), recordedAt: 1_777_000_090_000 }]);
    await until(() => sut!.positions().views === 2);
    expect(await figureOf('series')).toMatchObject({ lagEvents: 2, lagSeconds: 100, generation: 1, version: 1 });
    open();
    await reached(2);
    expect(await figureOf('series')).toMatchObject({ lagEvents: 0, lagSeconds: 0 });
  });

  describe('live', () => {
    const inRoom = (room: string): LiveMessage[] => heard.filter((message) => message.room === room);

    it('tells the rooms that are listened to what is recorded, and only from its start on', async () => {
      await append(log.current, [registered('a1.d1'), readings('a1.d1', [1])]);
      live.setListening('device-a1.d1', true);
      await start();
      await append(log.current, [readings('a1.d1', [2, 3], [20, null]), readings('a1.d2', [4])]);
      await until(() => heard.length > 0);
      await reached(4);
      expect(heard).toEqual([
        {
          room: 'device-a1.d1',
          event: 'readings.recorded',
          data: { deviceId: 'd1', position: '3', time: [2, 3], fields: { temperature: [20, null] }, correlationId: 'device-a1.d1/0' },
          revisions: [2, 2],
        },
      ]);
    });

    it('does not wait for the series', async () => {
      series.beforeWrite = () => new Promise(() => undefined);
      live.setListening('device-a1.d1', true);
      await start();
      await append(log.current, [readings('a1.d1', [1])]);
      await until(() => heard.length === 1);
      await append(log.current, [readings('a1.d1', [2])]);
      await until(() => heard.length === 2);
      series.beforeWrite = () => undefined;
      sut!.stop().catch(() => undefined);
      sut = undefined;
    });

    it('tells of a changed device when the views show the change', async () => {
      live.setListening('device-a1.d1', true);
      await start();
      const seen: Promise<unknown>[] = [];
      live.subscribe((messages) => {
        if (messages.some(({ event }) => event === 'device.changed')) seen.push(rowsOf(place.views, 'devices'));
      });
      await append(log.current, [registered('a1.d1')]);
      await until(() => seen.length === 1);
      expect(await seen[0]).toMatchObject([{ device_id: 'd1' }]);
      expect(inRoom('device-a1.d1')).toEqual([
        {
          room: 'device-a1.d1',
          event: 'device.changed',
          data: { deviceId: 'd1', position: '1', change: 'registered', correlationId: 'device-a1.d1/0' },
          revisions: [0, 0],
        },
      ]);
    });

    it('tells of revoked keys and ended sessions when the views show it', async () => {
      live.setListening(CREDENTIALS_ROOM, true);
      await start();
      const seen: Promise<{ revoked_at: number | null }[]>[] = [];
      live.subscribe(() => seen.push(rowsOf(place.views, 'api_keys')));
      await append(log.current, [
        inAccount('a1', 'ApiKeyIssued', { keyId: 'k1', name: 'x', keyHash: 'h', scopes: [] }),
        inAccount('a1', 'ApiKeyRevoked', { keyId: 'k1' }),
        inAccount('a1', 'SessionEnded', { sessionId: 's1' }),
      ]);
      await until(() => JSON.stringify(heard).includes('s1'));
      expect(heard.flatMap(({ data }) => data.changes)).toEqual([
        { accountId: 'a1', keyId: 'k1' },
        { accountId: 'a1', sessionId: 's1' },
      ]);
      expect((await seen[0])?.[0]?.revoked_at).not.toBeNull();
    });
  });
});
