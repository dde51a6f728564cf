import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadingsRecordedMessage } from '#contracts';
import { createMemoryEventLog } from '#adapters/memory';
import type { EventLog } from '#ports';
import { newEvent } from '../testing/recorded.js';
import { type DeviceMessage, cellsOf, coalesce } from './messages.js';
import { readPage } from './device-log.js';
import { READING_MAX, Share, SHARED_CELLS_MAX } from './share.js';
import { HELD_CELLS_MAX, MESSAGE_CELLS_MAX, Subscription, type ToldMessage } from './subscription.js';

const STREAM = 'device-a1.d1';
type Kind = 'readings' | 'rejected' | 'duplicates';

/** A log, a bus that tells of it in merged pieces and later, and a browser that can be busy. */
function setUp(options: { after?: number; fields?: string[]; rateHzMax?: number; share?: Share; pageBytes?: number } = {}) {
  const log = createMemoryEventLog();
  if (options.pageBytes !== undefined) readAtMost(log, options.pageBytes);
  const sent: { event: string; data: ReadingsRecordedMessage }[] = [];
  let [free, pending, now, appended, told] = [true, false, 0, 0, 0];
  let timer: number | undefined;
  let slow = false;
  const sut: Subscription = new Subscription({
    log,
    stream: STREAM,
    deviceId: 'd1',
    after: options.after ?? 0,
    share: options.share ?? new Share(),
    ...(options.fields && { fields: new Set(options.fields) }),
    ...(options.rateHzMax !== undefined && { rateHzMax: options.rateHzMax }),
    now: () => now,
    emit(event, data) {
      sent.push({ event, data: data as ReadingsRecordedMessage });
      if (slow) free = false;
    },
    wake: (inMs) => {
      if (inMs !== undefined) timer ??= now + inMs;
      else if (free) sut.flush();
      else pending = true;
    },
    failed: (error) => {
      throw error;
    },
  });
  const world = {
    sent,
    sut,
    start: () => sut.flush(),
    async append(kind: Kind, readings = 1) {
      const time = Array.from({ length: kind === 'readings' ? readings : 0 }, () => appended++);
      const event =
        kind === 'readings'
          ? newEvent('ReadingsReceived', { schemaVersion: 1, time, fields: { t: time, u: time } })
          : kind === 'rejected'
            ? newEvent('ReadingsRejected', {
                schemaVersion: 1,
                readings: [{ index: 0, code: 'reading.bad-time', message: 'no', reading: null }],
              })
            : newEvent('DuplicatesDiscarded', { count: 1 });
      const revision = (await log.readStream(STREAM, 0, 10_000)).length - 1;
      await log.append({ stream: STREAM, expectedRevision: revision, events: [event] });
    },
    /** Tells of the next events, runs of readings merged, as the projector does. */
    async tell(events: number) {
      const page = await log.readStream(STREAM, told, events);
      told += page.length;
      for (const message of await world.messagesOf(page.map(({ revision }) => revision))) sut.take(message);
    },
    async messagesOf(revisions: number[]): Promise<ToldMessage[]> {
      const messages = (
        await Promise.all(
          revisions.map(async (revision) =>
            (await readPage(log, STREAM, 'd1', revision)).messages.slice(0, 1).filter(({ position }) => position === revision + 1),
          ),
        )
      ).flat();
      // Positions of a log of one stream: each merged message begins behind the one before it, as far as it tells anything.
      let before = (revisions[0] ?? 0) - 1;
      return coalesce(messages, Infinity).map((message) => {
        const first = messages.find(({ position }) => position > before + 1)!.position - 1;
        before = message.position - 1;
        return { ...message, revisions: [first, message.position - 1] };
      });
    },
    /** The bus loses the next events. */
    async lose(events: number) {
      told = Math.min(told + events, (await log.readStream(STREAM, 0, 10_000)).length);
    },
    /** Another publisher tells of the last events, too, cut in another way. */
    async tellAgain(events: number) {
      const page = await log.readStream(STREAM, Math.max(0, told - events), events);
      for (const message of await world.messagesOf(page.map(({ revision }) => revision))) sut.take(message);
    },
    busy() {
      free = false;
    },
    /** From now on it is busy with each message until it is free again. */
    slow() {
      slow = true;
    },
    free() {
      free = true;
      if (pending) {
        pending = false;
        sut.flush();
      }
    },
    async settle() {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    async wait(ms: number) {
      now += ms;
      if (timer !== undefined && now >= timer) {
        timer = undefined;
        sut.flush();
      }
      await world.settle();
    },
    times: () => sent.filter(({ event }) => event === 'readings.recorded').flatMap(({ data }) => data.time),
    positions: () => sent.map(({ data }) => Number(data.position)),
  };
  return world;
}

/** As if the events were large. */
function readAtMost(log: EventLog, pageBytes: number): void {
  const read = log.readStream.bind(log);
  log.readStream = (stream, from, limit, bytesMax) => read(stream, from, limit, bytesMax && Math.min(bytesMax, pageBytes));
}

const rising = (numbers: number[]) => numbers.every((number, at) => at === 0 || number > numbers[at - 1]!);
const firstN = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a subscription', () => {
  it('sends what is told, once it has caught up', async () => {
    const world = setUp();
    world.start();
    for (let at = 0; at < 5; at++) {
      await world.append('readings');
      await world.tell(1);
      await world.settle();
    }
    expect(world.times()).toEqual(firstN(5));
  });

  it('sends from the log what came after a position, then goes on', async () => {
    const world = setUp({ after: 3 });
    for (let at = 0; at < 100; at++) await world.append('readings');
    world.start();
    await world.settle();
    expect(world.times()).toEqual(firstN(100).slice(3));
    await world.append('readings');
    await world.tell(101);
    await world.settle();
    expect(world.times()).toEqual(firstN(101).slice(3));
  });

  it.each([{}, { rateHzMax: 1 }])('sends all of the log where its events are so large that each is read by itself: %o', async (options) => {
    const world = setUp({ ...options, pageBytes: 1 });
    for (let at = 0; at < 50; at++) await world.append(at % 5 === 0 ? 'duplicates' : 'readings');
    world.start();
    for (let at = 0; at < 10; at++) await world.settle();
    expect(world.times()).toEqual(firstN(40));
    if (options.rateHzMax) expect(world.sent).toHaveLength(1);
    await world.append('readings');
    await world.tell(51);
    await world.wait(1_000);
    expect(world.times()).toEqual(firstN(41));
  });

  it('sends nothing twice where the bus tells in one piece what the log gave in part', async () => {
    const world = setUp();
    await world.append('readings');
    await world.append('readings');
    world.start();
    await world.settle();
    await world.append('readings');
    await world.tell(3);
    await world.settle();
    expect(world.times()).toEqual([0, 1, 2]);
  });

  it('coalesces to the rate asked for and loses nothing', async () => {
    const world = setUp({ rateHzMax: 2 });
    world.start();
    for (let at = 0; at < 50; at++) {
      await world.append('readings');
      await world.tell(1);
      await world.wait(20);
    }
    await world.wait(1_000);
    expect(world.times()).toEqual(firstN(50));
    expect(world.sent.length).toBeLessThanOrEqual(5);
  });

  it('keeps to the rate asked for while it sends from the log', async () => {
    const world = setUp({ rateHzMax: 1 });
    for (let at = 0; at < 500; at++) await world.append('readings');
    world.start();
    await world.settle();
    for (let at = 0; at < 10; at++) await world.append('readings');
    await world.tell(510);
    await world.settle();
    expect(world.sent).toHaveLength(1);
    await world.wait(1_000);
    expect(world.sent).toHaveLength(2);
    expect(world.times()).toEqual(firstN(510));
  });

  it('lets what fills whole messages go ahead of the rate, so that it never falls further behind', async () => {
    const world = setUp({ rateHzMax: 0.001 });
    for (let at = 0; at < 70; at++) await world.append('readings', 2_000);
    world.start();
    await world.settle();
    expect(world.times()).toHaveLength(140_000);
  });

  it('holds a bounded amount for a busy browser, and gives it everything when it reads again', async () => {
    const world = setUp();
    world.start();
    await world.append('readings');
    await world.tell(1);
    await world.settle();
    world.busy();
    const batch = Math.ceil(HELD_CELLS_MAX / 3 / 4);
    for (let at = 0; at < 12; at++) {
      await world.append('readings', batch);
      await world.tell(1);
    }
    expect((world.sut as unknown as { heldCells: number }).heldCells).toBeLessThanOrEqual(HELD_CELLS_MAX);
    world.free();
    await world.settle();
    expect(world.times()).toEqual(firstN(1 + 12 * batch));
  });

  it('sends what it reads from the log as the browser takes it', async () => {
    const world = setUp();
    for (let at = 0; at < 30; at++) await world.append('readings', 4_000);
    world.slow();
    world.start();
    let [lots, before] = [0, 0];
    for (; world.times().length < 120_000; lots++) {
      await world.settle();
      expect(3 * (world.times().length - before)).toBeLessThan(2 * MESSAGE_CELLS_MAX);
      before = world.times().length;
      world.free();
    }
    expect(lots).toBeGreaterThanOrEqual(2);
    expect(world.times()).toEqual(firstN(120_000));
  });

  it('waits with reading while many of its browser hold what they have read, and is not forgotten', async () => {
    const share = new Share();
    const worlds = Array.from({ length: READING_MAX + 3 }, () => setUp({ share }));
    for (const world of worlds) {
      await world.append('readings');
      world.start();
      world.busy();
    }
    const readers = () => worlds.filter(({ sut }) => (sut as unknown as { page?: object }).page !== undefined).length;
    for (const world of worlds) await world.settle();
    expect(readers()).toBe(READING_MAX);
    // The first gives its turn to one that is closed before it can take it.
    worlds[0]!.sut.close();
    worlds[READING_MAX]!.sut.close();
    worlds[READING_MAX + 1]!.free();
    await worlds[0]!.settle();
    expect(worlds.map((world) => world.times().length)).toEqual([...Array<number>(READING_MAX + 1).fill(0), 1, 0]);
    for (const world of worlds) world.free();
    for (const world of worlds) await world.settle();
    expect(worlds.map((world) => world.times().length)).toEqual([0, ...Array<number>(READING_MAX - 1).fill(1), 0, 1, 1]);
  });

  it('holds no more than is left of what its browser may hold together, and loses nothing by it', async () => {
    const share = new Share();
    const world = setUp({ share });
    world.start();
    await world.settle();
    world.busy();
    share.hold(SHARED_CELLS_MAX);
    await world.append('readings', 10);
    await world.tell(1);
    expect((world.sut as unknown as { heldCells: number }).heldCells).toBe(0);
    world.free();
    await world.settle();
    expect(world.times()).toEqual(firstN(10));
    expect(share.hasRoomFor(1)).toBe(false);
    share.letGo(SHARED_CELLS_MAX);
    expect(share.hasRoomFor(SHARED_CELLS_MAX)).toBe(true);
  });

  it('sends only the fields asked for', async () => {
    const world = setUp({ fields: ['u'] });
    await world.append('readings');
    world.start();
    await world.settle();
    expect(world.sent[0]!.data.fields).toEqual({ u: [0] });
  });

  it('sends nothing after it was closed', async () => {
    const world = setUp();
    world.busy();
    world.start();
    world.sut.close();
    await world.append('readings');
    await world.tell(1);
    world.free();
    await world.settle();
    expect(world.times()).toEqual([]);
  });

  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        kind: fc.constantFrom<Kind>('readings', 'readings', 'rejected', 'duplicates'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('tell' as const), events: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('busy' as const, 'free' as const, 'settle' as const, 'yield' as const) }) },
  );
  const trouble = fc.oneof(
    { weight: 4, arbitrary: step },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'tellAgain' as const), events: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('doubt' as const) }) },
  );
  type Step = typeof trouble extends fc.Arbitrary<infer T> ? T : never;

  const run = async (steps: Step[], startAt: number, end: (world: ReturnType<typeof setUp>) => Promise<void>): Promise<void> => {
    const world = setUp();
    for (const [at, it] of steps.entries()) {
      if (at === startAt) world.start();
      if (it.do === 'append') await world.append(it.kind);
      else if (it.do === 'tell' || it.do === 'lose' || it.do === 'tellAgain') await world[it.do](it.events);
      else if (it.do === 'doubt') world.sut.doubt();
      else if (it.do === 'yield') await Promise.resolve();
      else await world[it.do]();
    }
    if (steps.length <= startAt) world.start();
    world.free();
    await end(world);
    await world.settle();
    const count = (kind: Kind): number => steps.filter((it) => it.do === 'append' && it.kind === kind).length;
    expect(world.times()).toEqual(firstN(count('readings')));
    expect(world.sent.filter(({ event }) => event === 'readings.rejected')).toHaveLength(count('rejected'));
    expect(rising(world.positions())).toBe(true);
  };

  it('sends every event once and in order, whatever comes when', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 10 }), (steps, startAt) =>
        run(steps, startAt, (world) => world.tell(1_000)),
      ),
      { numRuns: 150 },
    ));

  it('sends every event once and in order, whatever the bus loses and tells twice, as soon as it is said to doubt it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(trouble, { maxLength: 40 }), fc.integer({ min: 0, max: 10 }), (steps, startAt) =>
        run(steps, startAt, async (world) => world.sut.doubt()),
      ),
      { numRuns: 300 },
    ));

  it('reads the log where a message does not begin where the last one ended', async () => {
    const world = setUp();
    world.start();
    await world.append('readings');
    await world.tell(1);
    await world.settle();
    await world.append('readings');
    await world.lose(1);
    await world.append('readings');
    await world.tell(1);
    await world.settle();
    expect(world.times()).toEqual([0, 1, 2]);
  });
});

describe('coalescing', () => {
  const message = (position: number, fields: Record<string, unknown>, event = 'readings.recorded'): DeviceMessage => ({
    event,
    position,
    data: { deviceId: 'd1', position: String(position), time: [position], fields },
  });

  it('fills what a message lacks with null, in parts too', () => {
    const [merged] = coalesce([message(1, { t: [1], p: { lat: [1] } }), message(2, { s: ['x'], p: { lat: [2], lon: [3] } })], 100);
    expect(merged).toMatchObject({
      position: 2,
      data: { time: [1, 2], fields: { t: [1, null], s: [null, 'x'], p: { lat: [1, 2], lon: [null, 3] } } },
    });
  });

  it('moves nothing over anything else', () => {
    expect(
      coalesce([message(1, { t: [1] }), message(2, {}, 'readings.rejected'), message(3, { t: [3] })], 100).map(({ position }) => position),
    ).toEqual([1, 2, 3]);
  });

  it('counts text by its length, so that a message stays a message', () => {
    const long = 'x'.repeat(4_000);
    expect(coalesce([message(1, { note: [long] }), message(2, { note: [long] }), message(3, { note: ['short'] })], 600)).toHaveLength(2);
  });

  it('counts each verdict of what was rejected, so that a turn stays a turn', () => {
    const rejected = (count: number): DeviceMessage => ({
      event: 'readings.rejected',
      position: 1,
      data: { rejected: Array.from({ length: count }, (_, index) => ({ index, code: 'reading.bad-time', message: 'no' })) },
    });
    expect(cellsOf(rejected(1_000))).toBe(1_000 * cellsOf(rejected(1)));
    expect(cellsOf(message(1, {}, 'device.changed'))).toBeGreaterThan(0);
  });

  it('does not merge a field that has become another thing', () => {
    expect(coalesce([message(1, { x: [1] }), message(2, {}), message(3, { x: { lat: [1] } })], 100)).toHaveLength(2);
  });
});
