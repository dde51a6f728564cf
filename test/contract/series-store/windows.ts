import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { Aggregate, Fill, SeriesQuery } from '#ports';
import { parseEvery } from '#timeseries';
import { batchOf, D1, EPOCH, numbers, readingsEvent, schemaEvent } from '../../support/series-store/batches.js';
import { plainSeries } from '../../support/series-store/compare.js';
import type { StoreUnderTest } from './series-store-contract.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function windows(sut: StoreUnderTest): void {
  const ask = (query: Partial<SeriesQuery>) =>
    sut.store.series({ ...D1, fields: ['a'], from: EPOCH, to: EPOCH + HOUR, every: parseEvery('10m')!, ...query });

  describe('asked for windows', () => {
    it('computes every function as its definition says', async () => {
      const values = [3, 1, 4, 1, 5, 9, 2, 6];
      await sut.store.write(
        batchOf(schemaEvent(1, 1, numbers('a')), readingsEvent(2, { time: values.map((_, i) => EPOCH + i), fields: { a: values } })),
      );
      const fn: Aggregate[] = [
        'mean',
        'min',
        'max',
        'sum',
        'count',
        'first',
        'last',
        'stddev',
        'median',
        'p0',
        'p25',
        'p90',
        'p99.5',
        'p100',
      ];
      // As numpy has them: std(ddof=1), percentile(…).
      expect(plainSeries(await ask({ fn }))).toEqual({
        of: 8,
        time: [EPOCH],
        fields: {
          a: {
            mean: [3.875],
            min: [1],
            max: [9],
            sum: [31],
            count: [8],
            first: [3],
            last: [6],
            stddev: [2.748376144],
            median: [3.5],
            p0: [1],
            p25: [1.75],
            p90: [6.9],
            'p99.5': [8.895],
            p100: [9],
          },
        },
      });
    });

    it('decides first and last among equal times by arrival, and skips missing values', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, numbers('a')),
          readingsEvent(3, { time: [EPOCH + 5, EPOCH + 5, EPOCH + 9, EPOCH + 9], fields: { a: [null, 2, 3, null] } }),
          readingsEvent(4, { time: [EPOCH + 9, EPOCH + 5, EPOCH + 9], fields: { a: [5, 6, null] } }),
        ),
      );
      expect(plainSeries(await ask({ fn: ['first', 'last', 'count'] }))).toMatchObject({
        of: 4,
        fields: { a: { first: [2], last: [5], count: [4] } },
      });
    });

    it('has no standard deviation of one value', async () => {
      await sut.store.write(batchOf(readingsEvent(1, { time: [EPOCH], fields: { a: [1] } })));
      expect(plainSeries(await ask({ fn: ['stddev'] }))).toMatchObject({ fields: { a: { stddev: [null] } } });
    });

    it('begins windows at the epoch, the first at or before `from`, and takes only readings of the range', async () => {
      await sut.store.write(
        batchOf(
          readingsEvent(1, { time: [EPOCH, EPOCH + 5 * MINUTE, EPOCH + 15 * MINUTE, EPOCH + 16 * MINUTE], fields: { a: [1, 2, 3, 4] } }),
        ),
      );
      expect(plainSeries(await ask({ from: EPOCH + 1, to: EPOCH + 16 * MINUTE, fn: ['sum'] }))).toEqual({
        of: 2,
        time: [EPOCH, EPOCH + 10 * MINUTE],
        fields: { a: { sum: [2, 3] } },
      });
    });

    it('begins windows at `from` where it is asked to, to the microsecond, also before 1970', async () => {
      for (const [i, start] of [EPOCH + 7.123, -HOUR + 0.5].entries()) {
        const times = [0, 599_999.999, 600_000, 1_500_000, 1_799_999].map((after) => start + after);
        await sut.store.write(batchOf(readingsEvent(i + 1, { time: times, fields: { a: [1, 2, 3, 4, 5] } })));
        const range = { from: start, to: start + 3 * 600_000, alignedTo: 'from' as const, tz: 'Asia/Kathmandu' };
        for (const fn of [['sum'], ['sum', 'p90']] as Aggregate[][]) {
          const answer = await ask({ ...range, fn });
          expect([...answer.time]).toEqual([start, start + 600_000, start + 1_200_000]);
          expect([...(answer.fields.a!.sum as Float64Array)]).toEqual([3, 3, 9]);
        }
      }
      await expect(ask({ every: parseEvery('1mo')!, alignedTo: 'from' })).rejects.toMatchObject({ code: 'request.bad-parameter' });
    });

    it.each<[Fill, unknown]>([
      ['none', { time: [0, 30], a: [10, 40], b: [null, 7], n: [1, 1] }],
      [
        'null',
        { time: [0, 10, 20, 30, 40, 50], a: [10, null, null, 40, null, null], b: [null, null, null, 7, null, null], n: [1, 0, 0, 1, 0, 0] },
      ],
      ['zero', { time: [0, 10, 20, 30, 40, 50], a: [10, 0, 0, 40, 0, 0], b: [0, 0, 0, 7, 0, 0], n: [1, 0, 0, 1, 0, 0] }],
      ['previous', { time: [0, 10, 20, 30, 40, 50], a: [10, 10, 10, 40, 40, 40], b: [null, null, null, 7, 7, 7], n: [1, 0, 0, 1, 0, 0] }],
      [
        'linear',
        { time: [0, 10, 20, 30, 40, 50], a: [10, 20, 30, 40, null, null], b: [null, null, null, 7, null, null], n: [1, 0, 0, 1, 0, 0] },
      ],
    ])('fills empty windows with %s', async (fill, expected) => {
      await sut.store.write(batchOf(readingsEvent(1, { time: [EPOCH + 1, EPOCH + 30 * MINUTE], fields: { a: [10, 40], b: [null, 7] } })));
      const answer = await ask({ fields: ['a', 'b'], fn: ['mean', 'count'], fill });
      const { fields } = plainSeries(answer) as { fields: Record<string, Record<string, unknown>> };
      expect({
        time: Array.from(answer.time, (time) => (time - EPOCH) / MINUTE),
        a: fields.a!.mean,
        b: fields.b!.mean,
        n: fields.a!.count,
      }).toEqual(expected);
    });

    it.each<[Fill, (number | null)[]]>([
      ['zero', [1, 0, null, 0]],
      ['previous', [1, 1, null, 1]],
      ['linear', [1, null, null, null]],
    ])('fills no window that holds a reading with %s, though its deviation cannot be told', async (fill, expected) => {
      const time = [0, 1, 20 * MINUTE].map((after) => EPOCH + after);
      await sut.store.write(batchOf(readingsEvent(1, { time, fields: { a: [1, 1 + Math.SQRT2, 5] } })));
      for (const fn of [['stddev'], ['stddev', 'p90']] as Aggregate[][]) {
        const answer = plainSeries(await ask({ fn, fill, to: EPOCH + 40 * MINUTE }));
        expect(answer).toMatchObject({ fields: { a: { stddev: expected } } });
        expect(Object.keys((answer as { fields: { a: object } }).fields.a)).toEqual(fn);
      }
    });

    it('has first, last and count of texts, and refuses their mean', async () => {
      await sut.store.write(batchOf(readingsEvent(1, { time: [EPOCH, EPOCH + 1, EPOCH + 20 * MINUTE], fields: { a: ['x', 'y', 'z'] } })));
      expect(plainSeries(await ask({ fn: ['first', 'last', 'count'], fill: 'null', to: EPOCH + 30 * MINUTE }))).toMatchObject({
        fields: { a: { first: ['x', null, 'z'], last: ['y', null, 'z'], count: [2, 0, 1] } },
      });
      await expect(ask({ fn: ['mean'] })).rejects.toMatchObject({ code: 'request.bad-parameter' });
    });

    it.each([
      ['a day of 23 hours', 'Europe/Berlin', '2024-03-30', '2024-04-02', '1d', [24, 23, 24]],
      ['a day of 25 hours', 'Europe/Berlin', '2024-10-26', '2024-10-29', '1d', [24, 25, 24]],
      ['the repeated hour as two', 'Europe/Berlin', '2024-10-27', '2024-10-28', '1h', Array(25).fill(1)],
      ['a longer window over the repeated hour', 'Europe/Berlin', '2024-10-27', '2024-10-28', '6h', [7, 6, 6, 6]],
      ['a day without midnight', 'America/Sao_Paulo', '2017-10-14', '2017-10-17', '1d', [24, 23, 24]],
      ['a day whose last hour repeats', 'America/Sao_Paulo', '2018-02-16', '2018-02-19', '1d', [24, 25, 24]],
      ['a day without midnight in the east', 'Asia/Beirut', '2024-03-30', '2024-04-02', '1d', [24, 23, 24]],
      ['a zone at half hours', 'Asia/Kolkata', '2024-05-01', '2024-05-03', '1d', [24, 24]],
      ['weeks from Monday', 'America/New_York', '2024-03-04', '2024-03-18', '1w', [167, 168]],
      [
        'months of their length',
        'Europe/Berlin',
        '2024-01-01',
        '2025-01-01',
        '1mo',
        [744, 696, 743, 720, 744, 720, 744, 744, 720, 745, 720, 744],
      ],
      ['years', 'Asia/Beirut', '2023-01-01', '2025-01-01', '1y', [8_760, 8_784]],
    ])('counts hourly readings of %s', async (_what, zone, from, to, length, expected) => {
      const start = DateTime.fromISO(from, { zone }).toMillis();
      const end = DateTime.fromISO(to, { zone }).toMillis();
      const time = Array.from({ length: (end - start) / HOUR }, (_, i) => start + i * HOUR);
      await sut.store.write(batchOf(readingsEvent(1, { time, fields: { a: time.map((_, i) => i) } })));
      const answer = await ask({ from: start, to: end, every: parseEvery(length)!, tz: zone, fn: ['count'] });
      expect([...(answer.fields.a!.count as Float64Array)]).toEqual(expected);
      expect(answer.time[0]).toBe(start);
    });
  });
}
