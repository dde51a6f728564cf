import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, run, series, type Numbers } from '../testing/series.js';
import { histogram } from './histogram.js';
import { percentiles } from './percentiles.js';

interface Bins {
  edges: number[];
  count: number[];
  density: number[];
}
interface Reference {
  time: number[];
  value: Numbers;
  percentiles: { percentiles: number[]; value: number[] };
  histogram: { fd: Bins; ten: Bins };
}
const reference = fixture<Reference>('windows-and-changes');
const input = series(reference.time, reference.value);
/** No reading is stored as -0, which equals 0 and is told apart from it by tests alone. */
const stored = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
const numbers = fc.array(stored, { minLength: 1, maxLength: 200 });
const sum = (values: number[]) => values.reduce((total, it) => total + it, 0);

describe('percentiles', () => {
  it('agrees with NumPy', () => {
    const result = run(percentiles, [input], { percentiles: reference.percentiles.percentiles });
    expectClose(columnOf(result, 'value'), reference.percentiles.value);
    expect(result.summary.fields).toMatchObject([{ last: { p50: reference.percentiles.value[4] } }]);
  });

  it('gives them window by window', () => {
    const result = run(percentiles, [series([0, 1, 60_000], [1, 3, 9])], { percentiles: [0, 50], every: '1m' });
    expect([...result.series[0]!.time]).toEqual([0, 0, 60_000, 60_000]);
    expect(columnOf(result, 'value')).toEqual([1, 2, 9, 9]);
  });

  it('rises with the share, within lowest and highest', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const found = columnOf(run(percentiles, [series([...values.keys()], values)], { percentiles: [0, 10, 50, 90, 100] }), 'value');
        expect(found).toEqual([...found].sort((a, b) => a - b));
        expect([found[0], found[4]]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it('gives what lies between values as far apart as doubles can be', () => {
    const far = series([0, 1, 2], [-Number.MAX_VALUE, 1, Number.MAX_VALUE]);
    expect(columnOf(run(percentiles, [far], { percentiles: [0, 50, 100] }), 'value')).toEqual([-Number.MAX_VALUE, 1, Number.MAX_VALUE]);
    expect(columnOf(run(percentiles, [series([0, 1], [-1.7e308, 1.7e308])], { percentiles: [50] }), 'value')).toEqual([0]);
  });

  it('gives nothing for nothing, and refuses what is no share', () => {
    const nothing = run(percentiles, [series([], [])]);
    expect(columnOf(nothing, 'value')).toEqual([]);
    expect(() => run(percentiles, [input], { percentiles: [50, 101] })).toThrow('"percentiles" must lie between 0 and 100, not 101');
  });
});

describe('histogram', () => {
  it('agrees with NumPy, bins by Freedman and Diaconis', () => {
    const result = run(histogram, [input]);
    const { edges, count } = reference.histogram.fd;
    expectClose(columnOf(result, 'lower'), edges.slice(0, -1));
    expectClose(columnOf(result, 'upper'), edges.slice(1));
    expect(columnOf(result, 'count')).toEqual(count);
  });

  it('agrees with NumPy on given bins, and says how many lie outside', () => {
    const result = run(histogram, [input], { bins: 10, from: 16, to: 24 });
    const { edges, count, density } = reference.histogram.ten;
    expectClose(columnOf(result, 'lower'), edges.slice(0, -1));
    expect(columnOf(result, 'count')).toEqual(count);
    expectClose(columnOf(result, 'density'), density);
    const readings = reference.value.filter((it) => it !== null).length;
    expect(result.summary.fields).toMatchObject([{ readings, outside: readings - sum(count) }]);
  });

  it('counts every reading once, in bins or windows of any size', () => {
    fc.assert(
      fc.property(numbers, fc.option(fc.integer({ min: 1, max: 50 })), fc.boolean(), (values, bins, windowed) => {
        const params = { bins: bins ?? undefined, every: windowed ? '10ms' : undefined };
        const result = run(histogram, [series([...values.keys()], values)], params);
        expect(sum(columnOf(result, 'count'))).toBe(values.length);
      }),
    );
  });

  it.each([
    [[-1.7e308, 1.7e308], undefined],
    [[-1.7e308, 0, 1, 2, 1.7e308], undefined],
    [[-1.7e308, -1.7e308, -1, 1.7e308, 1.7e308], undefined],
    [[-Number.MAX_VALUE, 0, Number.MAX_VALUE], 1],
    [[-Number.MAX_VALUE, 0, Number.MAX_VALUE], 7],
    [[Number.MAX_VALUE, Number.MAX_VALUE], 3],
    [[1e17, 1e17], undefined],
  ])('counts values that are as far apart, or as large, as doubles can be: %j', (values, bins) => {
    const result = run(histogram, [series([...values.keys()], values)], { bins });
    const [lower, upper] = [columnOf(result, 'lower'), columnOf(result, 'upper')];
    expect(sum(columnOf(result, 'count'))).toBe(values.length);
    expect(lower.every((it, row) => Number.isFinite(it) && it < upper[row]! && Number.isFinite(upper[row]))).toBe(true);
    expect(columnOf(result, 'density').every((it) => Number.isFinite(it))).toBe(true);
  });

  it('puts a value that is the edge between two bins into the upper one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 400 }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        (bins, from, span) => {
          const to = from + span;
          const edges = columnOf(run(histogram, [series([0, 1], [from, to])], { bins, from, to }), 'lower');
          const counts = columnOf(run(histogram, [series([...edges.keys()], edges)], { bins, from, to }), 'count');
          expect(counts).toEqual(edges.map(() => 1));
        },
      ),
    );
  });

  it('makes one bin of values that are all the same, and none of nothing', () => {
    expect(columnOf(run(histogram, [series([1, 2], [4, 4])]), 'count')).toEqual([2]);
    expect(columnOf(run(histogram, [series([], [])]), 'count')).toEqual([]);
  });

  it('refuses bounds that leave nothing between', () => {
    expect(() => run(histogram, [input], { from: 5, to: 1 })).toThrow('"to" leaves nothing between');
  });
});
