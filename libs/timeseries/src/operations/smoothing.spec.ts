import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleExponentialSmoothing } from './double-exponential-smoothing/double-exponential-smoothing.js';
import { exponentialSmoothing } from './exponential-smoothing/exponential-smoothing.js';
import { aheadHoltWinters, beginHoltWinters, stepHoltWinters } from './holt-winters/holt-winters-step.js';
import { holtWinters } from './holt-winters/holt-winters.js';
import type { Operation, SeriesInput } from './operation.js';
import { fixture, foldOnline, run, seriesOf } from './testing/series.js';

const reference = fixture<Record<string, unknown>>('smoothing');
const y = reference['y'] as number[];
const even = seriesOf(y);
const HOUR = 3_600_000;

const smoothed = (operation: Operation, series: SeriesInput, params: Record<string, unknown>): number[] => [
  ...(run(operation, [series], params).series[0]!.columns['smoothed'] as Float64Array),
];
const parametersOf = (operation: Operation, params: Record<string, unknown>): Record<string, number> =>
  (run(operation, [even], params).summary['fields'] as { parameters: Record<string, number> }[])[0]!.parameters;
const expectClose = (actual: ArrayLike<number>, expected: readonly number[]): void =>
  expected.forEach((it, row) => expect(Math.abs(actual[row]! - it)).toBeLessThan(1e-8 * Math.max(1, Math.abs(it))));

describe('exponential-smoothing', () => {
  it('is that of pandas and statsmodels for a given alpha', () => {
    expectClose(smoothed(exponentialSmoothing, even, { alpha: 0.3 }), reference['ses03'] as number[]);
    expectClose([smoothed(exponentialSmoothing, even, { alpha: 0.3 }).at(-1)!], reference['ses03next'] as number[]);
  });

  it('finds an alpha as good as that of statsmodels', () => {
    const { alpha, sse } = reference['sesFitted'] as { alpha: number; sse: number };
    const found = parametersOf(exponentialSmoothing, {})['alpha']!;
    expect(found).toBeCloseTo(alpha, 4);
    const levels = smoothed(exponentialSmoothing, even, { alpha: found });
    expect(y.slice(1).reduce((sum, it, i) => sum + (it - levels[i]!) ** 2, 0)).toBeLessThan(sse * (1 + 1e-6));
  });

  it('counts a value half after its half-life, however many came between', () => {
    const sparse = seriesOf([0, 1], [0, HOUR]);
    expectClose(smoothed(exponentialSmoothing, sparse, { halfLife: '1h' }), [0, 0.5]);
    expectClose(smoothed(exponentialSmoothing, seriesOf([0, 1, 1], [0, HOUR / 3, HOUR]), { halfLife: '1h' }).slice(-1), [0.5]);
    expectClose(smoothed(exponentialSmoothing, seriesOf([0, 1], [0, 2 * HOUR]), { alpha: 0.3, interval: '1h' }), [0, 0.51]);
  });

  it('takes values of one time as their mean', () => {
    const doubled = seriesOf([0, 1, 3], [0, HOUR, HOUR]);
    expectClose(smoothed(exponentialSmoothing, doubled, { halfLife: '1h' }), [0, 0.5, 1]);
  });
});

describe('double-exponential-smoothing', () => {
  const levels = (name: string): number[] => (reference[name] as { level: number[] }).level;

  it('is that of statsmodels for given shares', () => {
    expectClose(smoothed(doubleExponentialSmoothing, even, { alpha: 0.4, beta: 0.2 }).slice(2), levels('holt'));
    const damped = { alpha: 0.4, beta: 0.2, damped: true, phi: 0.9 };
    expectClose(smoothed(doubleExponentialSmoothing, even, damped).slice(2), levels('holtDamped'));
  });

  it('finds shares as good as those of statsmodels', () => {
    const { alpha, beta } = parametersOf(doubleExponentialSmoothing, {});
    const state = { level: y[1]!, trend: y[1]! - y[0]! };
    let sse = 0;
    for (const value of y.slice(2)) {
      const expected = state.level + state.trend;
      const level = expected + alpha! * (value - expected);
      state.trend = beta! * (level - state.level) + (1 - beta!) * state.trend;
      state.level = level;
      sse += (value - expected) ** 2;
    }
    expect(sse).toBeLessThan((reference['holtFitted'] as { sse: number }).sse * (1 + 1e-6));
  });

  it('follows a line exactly, also where it is sampled unevenly', () => {
    const times = reference['uneven'] as number[];
    const line = seriesOf(
      times.map((time) => 3 + time / HOUR),
      times,
    );
    expectClose(smoothed(doubleExponentialSmoothing, line, { alpha: 0.2, beta: 0.1, interval: '1h' }), [...line.parts['value']!]);
  });
});

describe('holt-winters', () => {
  const r = fixture<Record<string, Record<string, number[]>>>('holt-winters');
  const shares = { alpha: 0.3, beta: 0.05, gamma: 0.2, phi: 1 };

  it.each(['additive', 'multiplicative'] as const)('is that of R for given shares: %s', (kind) => {
    const isMultiplicative = kind === 'multiplicative';
    const state = beginHoltWinters(y, 12, isMultiplicative);
    const expected = y.slice(12).map((value) => stepHoltWinters(state, value, shares, isMultiplicative));
    expectClose(expected, r[kind]!['expected']!);
    expectClose(state.seasonal, r[kind]!['seasonal']!);
    expectClose(
      r[kind]!['ahead']!.map((_, at) => aheadHoltWinters(state, at + 1, 1, isMultiplicative)),
      r[kind]!['ahead']!,
    );
    const last = smoothed(holtWinters, even, { season: 12, seasonal: kind, alpha: 0.3, beta: 0.05, gamma: 0.2 }).at(-1)!;
    expectClose([last], [isMultiplicative ? state.level * state.seasonal[11]! : state.level + state.seasonal[11]!]);
  });

  it.each(['additive', 'multiplicative'] as const)('finds the season, and shares at least as good as those of R: %s', (kind) => {
    const { season, alpha, beta, gamma } = parametersOf(holtWinters, { seasonal: kind });
    expect(season).toBe(12);
    const state = beginHoltWinters(y, 12, kind === 'multiplicative');
    const found = { alpha: alpha!, beta: beta!, gamma: gamma!, phi: 1 };
    const sse = y.slice(12).reduce((sum, it) => sum + (it - stepHoltWinters(state, it, found, kind === 'multiplicative')) ** 2, 0);
    expect(sse).toBeLessThan(Number(r[kind]!['fittedSse']) * (1 + 1e-6));
  });

  it('goes on over a gap as expected', () => {
    const season = [1, 2, 3, 6];
    const whole = Array.from({ length: 40 }, (_, at) => season[at % 4]! + at);
    const kept = whole.flatMap((value, at) => (at > 15 && at < 30 ? [] : [{ value, time: at * HOUR }]));
    const gap = seriesOf(
      kept.map(({ value }) => value),
      kept.map(({ time }) => time),
    );
    const params = { season: 4, alpha: 0.3, beta: 0.1, gamma: 0.1, interval: '1h' };
    expectClose(
      smoothed(holtWinters, gap, params).slice(8),
      kept.slice(8).map(({ value }) => value),
    );
  });

  it('says what a series is too short for', () => {
    expect(() => run(holtWinters, [seriesOf(y.slice(0, 20))], { season: 12 })).toThrow('needs more than two of it');
    expect(() => run(holtWinters, [seriesOf([1, 2, 3, 4])])).toThrow('no season was found');
    expect(() => run(holtWinters, [seriesOf(y.map((it) => it - 30))], { season: 12, seasonal: 'multiplicative' })).toThrow('above 0');
  });
});

describe.each([
  [exponentialSmoothing, { alpha: 0.4 }],
  [exponentialSmoothing, { halfLife: '90m' }],
  [doubleExponentialSmoothing, { alpha: 0.4, beta: 0.2 }],
  [doubleExponentialSmoothing, { alpha: 0.4, beta: 0.2, damped: true, phi: 0.9, interval: '1h' }],
  [holtWinters, { season: 3, alpha: 0.4, beta: 0.1, gamma: 0.3, interval: '1h' }],
] as const)('%#: an online smoothing', (operation, params) => {
  const readings = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.oneof({ weight: 8, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) }, { weight: 1, arbitrary: fc.constant(NaN) }),
    ),
    { minLength: 8, maxLength: 40 },
  );
  const made = readings
    .filter((rows) => !Number.isNaN(rows[0]![1]))
    .map((rows) => {
      let time = 0;
      return seriesOf(
        rows.map(([, value]) => value),
        rows.map(([gap], at) => (time += at < 3 ? HOUR : gap * HOUR)),
      );
    });

  it('gives, cut anywhere and kept as JSON, what it gives over all', () => {
    fc.assert(
      fc.property(made, (series) => {
        expect(foldOnline(operation, series, params)).toEqual([smoothed(operation, series, params)]);
      }),
      { numRuns: 30 },
    );
  });

  it('moves and grows with its values', () => {
    fc.assert(
      fc.property(made, fc.integer({ min: -50, max: 50 }), fc.integer({ min: -4, max: 4 }), (series, shift, scale) => {
        const moved = { ...series, parts: { value: series.parts['value']!.map((value) => value * scale + shift) } };
        const [plain, other] = [smoothed(operation, series, params), smoothed(operation, moved, params)];
        plain.forEach((value, row) => {
          if (Number.isNaN(value)) expect(other[row]).toBeNaN();
          else expect(Math.abs(other[row]! - (value * scale + shift))).toBeLessThan(1e-6 * (1 + Math.abs(value) * 10));
        });
      }),
      { numRuns: 30 },
    );
  });
});
