import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySeriesStore } from '#adapters/memory';
import { partOf } from '#contracts';
import { PROGRESS_ROOM, type LiveMessage } from '#ports';
import { VIEW_PROJECTIONS } from './projections/registry.js';
import { series as seriesProjection } from './projections/series.projection.js';
import { append, inDevice, type Happened } from './testing/events.js';
import { GappyLog } from './testing/gappy-log.js';
import { mortal, type Mortal } from './testing/mortal.js';
import { createPlace, sharing, until, type Place } from './testing/place.js';
import { allRows, project, temporaryViews } from './testing/views.js';

const PARTS = 4;
const DEVICES = Array.from({ length: 6 }, (_, n) => `a${n % 2}.d${n}`);

const beginning: Happened[] = DEVICES.flatMap((name) => {
  const [accountId, deviceId] = name.split('.') as [string, string];
  return [
    inDevice(name, 'DeviceRegistered', { accountId, deviceId, name, tags: {} }),
    inDevice(name, 'SchemaRegistered', { schemaVersion: 1, schema: { fields: { x: { type: 'number' } } } }),
  ];
});
const sent = (count: number, from: number): Happened[] =>
  Array.from({ length: count }, (_, n) => {
    const at = from + n;
    const device = DEVICES[at % DEVICES.length]!;
    if (at % 5 === 4) return inDevice(device, 'DuplicatesDiscarded', { count: at });
    return inDevice(device, 'ReadingsReceived', { schemaVersion: 1, time: [at, at - 3], seq: [at, null], fields: { x: [at, -at] } });
  });

/** A projector as a process of its own: stopped, frozen or killed, it takes its stores with it. */
interface Process {
  stores: Mortal;
  stop(): Promise<void>;
  owned(): number[];
}

async function startProcess(place: Place, log: GappyLog, name: string): Promise<Process> {
  const stores = mortal(place);
  const projector = await place.start(sharing(stores.views, name, PARTS), { log, ...stores });
  return { stores, stop: () => projector.stop(), owned: () => projector.parts() };
}

describe('several projectors over one log', () => {
  const contents = async (place: Place): Promise<unknown> => ({
    rows: await allRows(place.views),
    digest: await place.series.store.digest(),
  });
  const expected = async (log: GappyLog): Promise<unknown> => {
    const events = await log.readAll(0, 100_000);
    const [{ views, remove }, series] = [await temporaryViews(), new MemorySeriesStore()];
    await project(views, events);
    await series.write({ ...seriesProjection.fold(events), checkpoint: events.at(-1)!.position });
    const all = { rows: await allRows(views), digest: await series.digest() };
    await remove();
    return all;
  };
  /** As `ack=projected` would wait: by what is told of the part of each device. */
  const told = (place: Place): ((stream: string) => number) => {
    const positions = new Map<number, number>();
    place.live.subscribe((messages: LiveMessage[]) => {
      for (const { room, event, data } of messages) {
        if (room !== PROGRESS_ROOM || event !== 'projector.progressed') continue;
        const { part, views, series } = data as { part: number; views: number; series: number };
        positions.set(part, Math.max(positions.get(part) ?? 0, Math.min(views, series)));
      }
    });
    return (stream) => positions.get(partOf(stream, PARTS)) ?? 0;
  };

  it('share the parts, and give the same rows as one', async () => {
    const [place, log] = [await createPlace(), new GappyLog()];
    const shown = told(place);
    const [one, two] = [await startProcess(place, log, 'one'), await startProcess(place, log, 'two')];
    await until(() => one.owned().length > 0 && two.owned().length > 0 && one.owned().length + two.owned().length === PARTS);
    const last = await append(log, [...beginning, ...sent(200, 0)]);
    await until(() => DEVICES.every((name) => shown(`device-${name}`) >= last));
    expect(await contents(place)).toEqual(await expected(log));
    await place.remove();
    await log.close();
  });

  it('tell how many events are behind, though positions have gaps', async () => {
    const [place, log] = [await createPlace(), new GappyLog()];
    const stores = mortal(place);
    const projector = await place.start(sharing(stores.views, 'one', PARTS), { log, ...stores });
    const shown = told(place);
    const last = await append(log, beginning);
    await until(() => DEVICES.every((name) => shown(`device-${name}`) >= last));
    for (const { lagEvents } of await projector.figures()) expect(lagEvents).toBe(0);
    stores.freeze();
    await append(log, sent(50, 0));
    // A part that nothing has come for is not behind.
    const touched = new Set(DEVICES.map((name) => partOf(`device-${name}`, PARTS)));
    const figures = async () => (await projector.figures()).filter(({ part }) => touched.has(part));
    await until(async () => (await figures()).every(({ lagEvents }) => lagEvents === 50));
    expect(await figures()).toHaveLength((VIEW_PROJECTIONS.length + 1) * touched.size);
    stores.thaw();
    await place.remove();
    await log.close();
  });

  const happening = fc.oneof(
    { weight: 4, arbitrary: fc.record({ op: fc.constant('send' as const), count: fc.integer({ min: 1, max: 40 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constantFrom('kill' as const, 'stop' as const, 'freeze' as const, 'thaw' as const), which: fc.nat(2) }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('start' as const) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 250 }) }) },
  );

  it('lose nothing and count nothing twice, whoever is killed, frozen or stopped when', { timeout: 180_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), async (happenings) => {
        const [place, log] = [await createPlace(), new GappyLog()];
        const shown = told(place);
        const [processes, killed]: [Process[], Process[]] = [[], []];
        let started = 0;
        const start = async (): Promise<void> => void processes.push(await startProcess(place, log, `p${started++}`));
        let last = await append(log, beginning);
        let count = 0;
        await start();
        for (const one of happenings) {
          if (one.op === 'send') {
            last = await append(log, sent(one.count, count));
            count += one.count;
          } else if (one.op === 'wait') await new Promise((resolve) => setTimeout(resolve, one.ms));
          else if (one.op === 'start') await (processes.length < 3 ? start() : undefined);
          else {
            const process = processes[one.which];
            if (!process) continue;
            if (one.op === 'freeze') process.stores.freeze();
            else if (one.op === 'thaw') process.stores.thaw();
            else {
              processes.splice(one.which, 1);
              process.stores.thaw();
              if (one.op === 'kill') killed.push(process);
              await (one.op === 'kill' ? process.stores.kill() : process.stop());
            }
          }
        }
        for (const { stores } of processes) stores.thaw();
        if (processes.length === 0) await start();
        await until(() => DEVICES.every((name) => shown(`device-${name}`) >= last));
        expect(await contents(place)).toEqual(await expected(log));
        for (const { stores } of killed) stores.bury();
        await place.remove();
        await log.close();
      }),
      { numRuns: 12 },
    ),
  );
});
