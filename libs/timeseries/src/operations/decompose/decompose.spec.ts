import { describe, expect, it } from 'vitest';
import { fixture, run, seriesOf } from '../testing/series.js';
import { decompose } from './decompose.js';

const reference = fixture<Record<string, Record<string, number[]>>>('smoothing');
const y = reference['y'] as unknown as number[];

describe('decompose', () => {
  it.each([
    ['stl', { season: 12 }],
    ['stlRobust', { season: 12, robust: true, seasonalWindow: 13, trendWindow: 25 }],
    ['stlOdd', { season: 7, seasonalWindow: 9, trendWindow: 15 }],
  ])('is that of statsmodels: %s', (name, params) => {
    const { columns } = run(decompose, [seriesOf(y)], params).series[0]!;
    for (const [part, expected] of Object.entries(reference[name]!)) {
      expected.forEach((it, row) => expect(Math.abs((columns[part] as Float64Array)[row]! - it)).toBeLessThan(1e-8));
    }
  });

  it('finds the season and adds up to the value', () => {
    const { series, summary } = run(decompose, [seriesOf(y)]);
    expect(summary['fields']).toMatchObject([{ season: 12, stepMs: 3_600_000, filled: 0 }]);
    const { trend, seasonal, residual } = series[0]!.columns as Record<string, Float64Array>;
    y.forEach((value, row) => expect(trend![row]! + seasonal![row]! + residual![row]!).toBeCloseTo(value, 10));
  });

  it('gives trend and season, and no residual, where there is no value', () => {
    const holed = y.map((value, at) => (at === 30 ? NaN : value));
    const { trend, residual } = run(decompose, [seriesOf(holed)], { season: 12 }).series[0]!.columns as Record<string, Float64Array>;
    expect(trend![30]).toBeCloseTo(20 + 0.05 * 30, 0);
    expect(residual![30]).toBeNaN();
  });

  it('moves with its values and grows with them', () => {
    const parts = (values: number[]): Record<string, Float64Array> =>
      run(decompose, [seriesOf(values)], { season: 12, robust: true }).series[0]!.columns as Record<string, Float64Array>;
    const [plain, moved] = [parts(y), parts(y.map((value) => 3 * value + 100))];
    plain['trend']!.forEach((value, row) => expect(moved['trend']![row]).toBeCloseTo(3 * value + 100, 6));
    plain['seasonal']!.forEach((value, row) => expect(moved['seasonal']![row]).toBeCloseTo(3 * value, 6));
  });

  it('takes a series that does not change', () => {
    const { trend, seasonal } = run(decompose, [seriesOf(new Float64Array(50).fill(5))], { season: 7, robust: true }).series[0]!.columns;
    expect((trend as Float64Array).every((value) => Math.abs(value - 5) < 1e-12)).toBe(true);
    expect((seasonal as Float64Array).every((value) => Math.abs(value) < 1e-12)).toBe(true);
  });

  it('says what is missing', () => {
    expect(() => run(decompose, [seriesOf([1, 2, 3])], { season: 2 })).toThrow('needs at least two of it');
    expect(() => run(decompose, [seriesOf([NaN])])).toThrow('fewer than two values');
    expect(() => run(decompose, [seriesOf(y)], { season: 12, seasonalWindow: 8 })).toThrow('odd');
    expect(() => run(decompose, [seriesOf(y)], { season: 12, trendWindow: 11 })).toThrow('more than a season');
  });
});
