import { describe, expect, it } from 'vitest';
import { MemorySeriesStore } from '#adapters/memory';
import type { SeriesQuery } from '#ports';
import { parseEvery } from '#timeseries';
import { batchOf, D1, EPOCH, numbers, readingsEvent, schemaEvent, type LogEvent } from '../../support/series-store/batches.js';
import { plainReadings, plainSeries } from '../../support/series-store/compare.js';
import type { Capabilities, StoreUnderTest } from './series-store-contract.js';

const ALL = { from: -Infinity, to: Infinity };
const OTHER = { accountId: 'a2', deviceId: 'd2' };
const NUMBERS = [0, -0, 1, -1, 0.1, 5e-324, -1.5e-300, 1.7976931348623157e308, 1e21, 1e-7, 123456789012345680000, 2 ** 53, Math.PI];
const TEXTS = [
  '',
  ' ',
  'two\nlines\r\n',
  '"quoted" \\ and \'so\' \\"',
  '\\',
  'ends in \\',
  '# no comment, a=1 2',
  '日本 😀 é',
  '\u0000\u0001\u2028\ufeff',
  '\u0001"x"',
  'x'.repeat(65_536),
  '€'.repeat(65_536),
];
const NAMES = [
  'time',
  'device',
  'position',
  '_field',
  'a b',
  'a,b=c',
  `"'\\`,
  'a~2',
  'a',
  '%61;',
  '温度',
  'SELECT * FROM "x"; DROP',
  'n',
  'value\\',
];

export function exactness(sut: StoreUnderTest, { durable }: Capabilities): void {
  const both = async (...batches: LogEvent[][]): Promise<MemorySeriesStore> => {
    const reference = new MemorySeriesStore();
    for (const events of batches) for (const store of [sut.store, reference]) await store.write(batchOf(...events));
    return reference;
  };
  const agree = async (reference: MemorySeriesStore, query: Partial<SeriesQuery> = {}): Promise<void> => {
    expect(await sut.store.digest(D1)).toBe(await reference.digest(D1));
    const all = { ...D1, ...ALL, limit: 10_000 };
    expect(plainReadings(await sut.store.readings(all))).toEqual(plainReadings(await reference.readings(all)));
    const series = { ...D1, fields: ['a'], from: EPOCH - 1_000, to: EPOCH + 10_000, ...query };
    expect(plainSeries(await sut.store.series(series))).toEqual(plainSeries(await reference.series(series)));
  };

  describe('keeps exactly', () => {
    it('every number, to the last bit', async () => {
      await sut.store.write(batchOf(readingsEvent(1, { time: NUMBERS.map((_, i) => EPOCH + i), fields: { a: NUMBERS } })));
      const { fields } = await sut.store.series({ ...D1, ...ALL, fields: ['a'] });
      expect([...(fields.a!.value as Float64Array)]).toEqual(NUMBERS);
    });

    it('every text, however long', async () => {
      await sut.store.write(batchOf(readingsEvent(1, { time: TEXTS.map((_, i) => EPOCH + i), fields: { a: TEXTS } })));
      const { fields } = await sut.store.series({ ...D1, ...ALL, fields: ['a'] });
      expect(fields.a!.value).toEqual(TEXTS);
    });

    it('every name of a field', async () => {
      const named = (of: (i: number) => number | string) => Object.fromEntries(NAMES.map((name, i) => [name, [of(i)] as number[]]));
      await sut.store.write(batchOf(schemaEvent(1, 1, numbers(...NAMES)), readingsEvent(2, { time: [EPOCH], fields: named((i) => i) })));
      // The same names, as texts, of a device that began alike.
      await sut.store.write(
        batchOf(
          schemaEvent(3, 1, numbers(...NAMES), OTHER),
          schemaEvent(4, 2, { fields: Object.fromEntries(NAMES.map((name) => [name, { type: 'string' }])) }, OTHER),
          readingsEvent(5, { schemaVersion: 2, time: [EPOCH], fields: named((i) => `t${i}`) }, OTHER),
        ),
      );
      expect(plainReadings(await sut.store.readings({ ...D1, ...ALL, limit: 1 }))).toMatchObject({ parts: named((i) => i) });
      expect(plainReadings(await sut.store.readings({ ...OTHER, ...ALL, limit: 1 }))).toMatchObject({ parts: named((i) => `t${i}`) });
      for (const [i, name] of NAMES.entries()) {
        const { fields } = await sut.store.series({
          ...D1,
          ...ALL,
          fields: [name],
          every: parseEvery('1h')!,
          from: EPOCH,
          to: EPOCH + 1,
          fn: ['max'],
        });
        expect([...(fields[name]!.max as Float64Array)]).toEqual([i]);
      }
    });

    it('times from 1678 to 2261, and microseconds', async () => {
      const ends = [Date.UTC(1678, 0, 1), Date.UTC(1900, 0, 1), -1, -0.001, 0, 0.001, EPOCH, Date.UTC(2261, 11, 31, 23, 59, 59, 999)];
      const near = Array.from({ length: 999 }, (_, i) => EPOCH + (i + 1) / 1_000);
      const time = [...ends, ...near].sort((a, b) => a - b);
      const reference = await both([readingsEvent(1, { time, fields: { a: time.map((_, i) => i) } })]);
      expect([...(await sut.store.series({ ...D1, ...ALL, fields: ['a'] })).time]).toEqual(time);
      for (const from of [...ends, near[5]!, near[504]!]) {
        const range = { ...D1, from, to: Infinity };
        expect(await sut.store.count(range)).toBe(await reference.count(range));
        const before = { ...D1, from: -Infinity, to: from };
        expect(await sut.store.count(before)).toBe(await reference.count(before));
      }
      const whole = { from: Date.UTC(1678, 0, 1), to: Date.UTC(2262, 0, 1) };
      for (const every of ['1y', '100y', '7mo', '36500d', '1w'])
        await agree(reference, { ...whole, every: parseEvery(every)!, fn: ['count', 'first', 'sum'] });
    });

    it('more readings of one time than nanoseconds of a microsecond, in order', async () => {
      const same = (position: number, readings: number, time = EPOCH) =>
        readingsEvent(position, {
          time: Array<number>(readings).fill(time),
          seq: Array.from({ length: readings }, (_, i) => i),
          fields: {
            a: Array.from({ length: readings }, (_, i) => position + i / 10_000),
            ...(position === 7 ? { b: Array(readings).fill(1) } : {}),
          },
        });
      const reference = await both(
        [same(2, 700), same(3, 700), same(4, 10, EPOCH + 0.001)],
        [same(5, 5, EPOCH - 1), same(6, 1_500), same(7, 10, EPOCH + 5)],
        [same(9, 3, EPOCH + 0.001), same(10, 1, EPOCH + 6)],
      );
      await agree(reference);
      await agree(reference, { asOf: 5 });
      await agree(reference, { fields: ['b', 'a'], every: parseEvery('1ms')!, fn: ['first', 'last', 'count', 'p90', 'sum'] });
      await agree(reference, { picture: { method: 'm4', points: 20 } });
      await agree(reference, { fields: ['b'] });
      const pages: unknown[] = [];
      for (let after; ;) {
        const page = await sut.store.readings({ ...D1, ...ALL, limit: 400, after });
        page.time.forEach((time, i) => pages.push([time, page.position[i], page.index[i]]));
        if (!page.more) break;
        after = { time: page.time.at(-1)!, position: page.position.at(-1)!, index: page.index.at(-1)! };
      }
      const { time, position, index } = await reference.readings({ ...D1, ...ALL, limit: 10_000 });
      expect(pages).toEqual(Array.from(time, (one, i) => [one, position[i], index[i]]));
    });

    it('late readings of times that are there already, whichever batch they come with', async () => {
      const at = (position: number, ...steps: number[]) =>
        readingsEvent(position, { time: steps.map((step) => EPOCH + step), fields: { a: steps.map((_, i) => position + i / 10) } });
      const reference = await both(
        [at(1, 0, 10, 20, 20), at(2, 10, 30)],
        [at(3, 30, 30, 5, 10), at(4, 5, 40, 0, 40)],
        [at(5, 40), at(6, 40, 20, 39.999)],
      );
      await agree(reference);
      if (durable) await sut.reopen();
      const late = [at(7, 40, 10, 0, 50), at(8, 5, 50, 49)];
      for (const store of [sut.store, reference]) await store.write(batchOf(...late));
      await agree(reference, { every: parseEvery('10ms')!, fn: ['first', 'last', 'count', 'stddev'] });
    });
  });
}
