import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, run, series, type Numbers } from '../testing/series.js';
import { resample } from './resample.js';

interface Windows {
  time: number[];
  value: Numbers;
}
interface Reference {
  time: number[];
  value: Numbers;
  resample: Record<string, Windows>;
  previous: Windows;
  linear: Windows;
  berlinDays: Windows;
}
const reference = fixture<Reference>('windows-and-changes');
const input = series(reference.time, reference.value);

function expectWindows(result: ReturnType<typeof run>, { time, value }: Windows): void {
  expect([...result.series[0]!.time]).toEqual(time);
  expectClose(columnOf(result, 'value'), value);
}

describe('resample', () => {
  it.each(Object.keys(reference.resample))('agrees with pandas on %s', (fn) => {
    expectWindows(run(resample, [input], { every: '1h', fn }), reference.resample[fn]!);
  });

  it.each(['previous', 'linear'] as const)('fills gaps as pandas does: %s, and marks what it filled', (fill) => {
    const result = run(resample, [input], { every: '1h', fill });
    expectWindows(result, reference[fill]);
    expect(columnOf(result, 'filled')).toEqual(columnOf(result, 'count').map((count) => (count === 0 ? 1 : 0)));
  });

  it('begins days at midnight of a place, also on the day of 23 hours', () => {
    expectWindows(run(resample, [input], { every: '1d', tz: 'Europe/Berlin' }), reference.berlinDays);
  });

  it('leaves gaps empty that are longer than allowed', () => {
    const gappy = series([0, 2_000, 6_000], [1, 3, 7]);
    const result = run(resample, [gappy], { every: '1s', fill: 'linear', fillMax: '1s' });
    expect(columnOf(result, 'value')).toEqual([1, 2, 3, NaN, NaN, NaN, 7]);
  });

  it('keeps the order of arrival of equal times', () => {
    const equal = series([5, 5, 5], [1, 2, 3]);
    expect(columnOf(run(resample, [equal], { fn: 'first' }), 'value')).toEqual([1]);
    expect(columnOf(run(resample, [equal], { fn: 'last' }), 'value')).toEqual([3]);
  });

  it('gives nothing for nothing', () => {
    for (const empty of [series([], []), series([1, 2], [null, null])]) expect(columnOf(run(resample, [empty]), 'value')).toEqual([]);
  });

  it('names the parameter that is wrong, and what to do', () => {
    expect(() => run(resample, [input], { every: '5 minutes' })).toThrow('"every" must be a length such as');
    expect(() => run(resample, [input], { tz: 'Mars' })).toThrow('"tz" must be a zone');
    const long = series([0, 1e12], [1, 2]);
    expect(() => run(resample, [long], { every: '1ms' })).toThrow('choose longer windows');
  });

  it('counts and sums each reading once, whatever the windows', () => {
    const readings = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: -1000, max: 1000 })), { minLength: 1 });
    fc.assert(
      fc.property(readings, fc.constantFrom('1m', '7m', '1h', '1d', '1mo'), (pairs, every) => {
        const sorted = pairs.sort((a, b) => a[0] - b[0]);
        const [time, value] = [sorted.map(([it]) => it), sorted.map(([, it]) => it)];
        const result = run(resample, [series(time, value)], { every, fn: 'sum', tz: 'America/New_York' });
        const sum = columnOf(result, 'value').reduce((total, it) => total + (it || 0), 0);
        expect(sum).toBe(value.reduce((total, it) => total + it, 0));
        expect(columnOf(result, 'count').reduce((total, it) => total + it, 0)).toBe(value.length);
      }),
    );
  });
});
