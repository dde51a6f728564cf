import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, foldOnline, run, seriesOf } from '../testing/series.js';
import { movingAverage } from './moving-average.js';

const reference = fixture<Record<string, unknown>>('smoothing');
const even = seriesOf(reference['y'] as number[]);
const uneven = seriesOf(reference['y'] as number[], reference['uneven'] as number[]);

describe('moving-average', () => {
  it.each([
    ['trailingCount5', even, { count: 5, minimum: 5 }],
    ['trailingCount5Min1', even, { count: 5 }],
    ['centredCount4', even, { count: 4, align: 'centred' }],
    ['centredCount5', even, { count: 5, align: 'centred' }],
    ['trailing4h', uneven, { window: '4h' }],
    ['centred4h', uneven, { window: '4h', align: 'centred' }],
  ])('is that of pandas: %s', (name, series, params) => {
    const { value } = run(movingAverage, [series], params).series[0]!.columns as { value: Float64Array };
    const expected = reference[name] as (number | null)[];
    expected.forEach((it, row) => (it === null ? expect(value[row]).toBeNaN() : expect(value[row]).toBeCloseTo(it, 8)));
  });

  it('neither counts nor answers a reading without a value', () => {
    const { value } = run(movingAverage, [seriesOf([1, NaN, 3, NaN, 8])], { count: 2 }).series[0]!.columns;
    expect([...(value as Float64Array)]).toEqual([1, NaN, 2, NaN, 5.5]);
  });

  it('does not drift after values that are far larger', () => {
    const { value } = run(movingAverage, [seriesOf([1e16, 1e16, 0.1, 0.2, 0.3])], { count: 2 }).series[0]!.columns as {
      value: Float64Array;
    };
    expect(value[4]).toBeCloseTo(0.25, 15);
  });

  it('gives online, cut anywhere and kept as JSON, what it gives over all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (values, count) => {
          const series = seriesOf(values);
          const whole = run(movingAverage, [series], { count }).series[0]!.columns['value'];
          expect(foldOnline(movingAverage, series, { count })).toEqual([[...(whole as Float64Array)]]);
          const window = `${count}h`;
          const timed = run(movingAverage, [series], { window }).series[0]!.columns['value'];
          expect(foldOnline(movingAverage, series, { window })).toEqual([[...(timed as Float64Array)]]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses two windows at once, a centred one live, and a live one that grows too large', () => {
    expect(() => run(movingAverage, [even], { count: 2, window: '1h' })).toThrow('not both');
    expect(() => foldOnline(movingAverage, even, { align: 'centred' })).toThrow('must be trailing');
    expect(() => foldOnline(movingAverage, even, { count: 200_000 })).toThrow('at most 100000 values');
  });
});
