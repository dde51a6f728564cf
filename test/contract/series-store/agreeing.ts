import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySeriesStore } from '#adapters/memory';
import type { Aggregate, DeviceRef, SeriesQuery, SeriesStore } from '#ports';
import { parseEvery } from '#timeseries';
import { cut, DEVICES, EPOCH, FIELDS, logs, TEXTS, type LogEvent } from '../../support/series-store/batches.js';
import { difference, plainReadings, plainSeries } from '../../support/series-store/compare.js';
import type { StoreUnderTest } from './series-store-contract.js';

const HOUR = 3_600_000;
const functions: Aggregate[] = ['mean', 'min', 'max', 'sum', 'count', 'first', 'last', 'stddev', 'median', 'p95'];
const queries: fc.Arbitrary<Query> = fc
  .record({
    from: fc.integer({ min: 0, max: HOUR }).map((ms) => EPOCH + ms),
    length: fc.integer({ min: 1, max: 2 * HOUR }),
    every: fc.constantFrom(undefined, '7s', '5m', '1h', '1d', '1w', '1mo'),
    fields: fc.constantFrom(FIELDS, ['a'], ['a', 'c']),
    fn: fc.subarray(functions, { minLength: 1 }),
    fill: fc.constantFrom(undefined, 'none', 'null', 'previous', 'linear', 'zero'),
    tz: fc.constantFrom(undefined, 'Europe/Berlin', 'Asia/Kathmandu', 'America/Sao_Paulo'),
    asOf: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    fromStart: fc.boolean(),
  })
  .map(
    ({ length, every, fromStart, ...query }) =>
      ({
        ...query,
        to: query.from + length,
        ...(every ? { every: parseEvery(every)! } : {}),
        ...(fromStart && every !== '1mo' ? { alignedTo: 'from' } : {}),
      }) as Query,
  );

type Query = Omit<SeriesQuery, 'accountId' | 'deviceId'>;

/** Everything a store can be asked about these devices. */
async function answers(store: SeriesStore, devices: DeviceRef[], query: Query): Promise<unknown> {
  const all: unknown[] = [await store.checkpoint()];
  for (const device of devices) {
    const range = { ...device, from: query.from, to: query.to, asOf: query.asOf };
    all.push(await store.count(range), await store.digest(device), await store.digest(device, { of: 'content', asOf: query.asOf }));
    all.push(plainSeries(await store.series({ ...query, ...device })));
    all.push(plainSeries(await store.series({ ...query, ...device, fields: TEXTS, fn: ['first', 'last', 'count'] })));
    all.push(plainReadings(await store.readings({ ...range, from: -Infinity, to: Infinity, limit: 17 })));
  }
  return all;
}

/** Where the readings lie: now, at both ends of what times may be, and around 1970. */
const shifts = [0, 0, Date.UTC(1678, 0, 1), Date.UTC(1969, 11, 31, 23), Date.UTC(2261, 11, 31, 21)].map((start) =>
  start ? start - EPOCH : 0,
);

/** The log of other accounts, after all that stands in the store: one store serves many logs. */
function moved(events: LogEvent[], { run, after, shift }: { run: number; after: number; shift: number }): LogEvent[] {
  const move = <E extends DeviceRef & { position: number }>(event: E): E => ({
    ...event,
    accountId: `${event.accountId}-${run}`,
    position: event.position + after,
  });
  return events.map((event) => {
    if ('schema' in event) return { schema: move(event.schema) };
    const { columns } = event.readings;
    return { readings: move({ ...event.readings, columns: { ...columns, time: columns.time.map((time) => time + shift) } }) };
  });
}

async function write(store: SeriesStore, events: LogEvent[], ends: number[]): Promise<void> {
  for (const batch of cut(events, ends)) await store.write(batch);
}

export function agreeing(sut: StoreUnderTest): void {
  describe('on any log', () => {
    it('answers as the reference does, however the log was cut into batches', { timeout: 120_000 }, async () => {
      const ends = fc.array(fc.nat(200), { maxLength: 8 });
      const reference = new MemorySeriesStore();
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(logs, ends, ends, queries, fc.constantFrom(...shifts), async (log, someEnds, otherEnds, query, shift) => {
          const after = await reference.checkpoint();
          const events = moved(log, { run: ++runs, after, shift });
          await write(sut.store, events, someEnds);
          await write(reference, events, otherEnds);
          const devices = DEVICES.map(({ accountId, deviceId }) => ({ accountId: `${accountId}-${runs}`, deviceId }));
          const known = {
            ...query,
            from: query.from + shift,
            to: query.to + shift,
            asOf: query.asOf === undefined ? undefined : query.asOf + after,
          };
          expect(difference(await answers(sut.store, devices, known), await answers(reference, devices, known))).toBeUndefined();
        }),
        { numRuns: 50 },
      );
      expect(await sut.store.digest()).toBe(await reference.digest());
    });
  });
}
