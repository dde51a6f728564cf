import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, run, series, type Numbers } from '../testing/series.js';
import { crossCorrelation } from './cross-correlation.js';

interface Reference {
  crossCorrelation: { x: number[]; y: number[]; constant: Numbers; linear: Numbers };
}
const { crossCorrelation: reference } = fixture<Reference>('relations');
const SECOND = 1_000;
const at = (values: Numbers, field: string, shift = 0) =>
  series(
    [...values.keys()].map((k) => (k + shift) * SECOND),
    values,
    field,
  );
const x = at(reference.x, 'x');
const y = at(reference.y, 'y');

describe('cross-correlation', () => {
  it.each(['constant', 'linear'] as const)('agrees with SciPy at every lag, without the %s', (detrend) => {
    const result = run(crossCorrelation, [x, y], { lagMax: '40s', detrend });
    expectClose(columnOf(result, 'correlation'), reference[detrend]);
    expect(columnOf(result, 'lag')).toEqual([...Array(81).keys()].map((k) => k - 40));
  });

  it('finds how much later the second follows', () => {
    const { summary } = run(crossCorrelation, [x, y], { lagMax: '40s' });
    expect(summary).toMatchObject({ best: { lag: 7, significant: true }, significantThoughSmooth: true, bound: 1.96 / Math.sqrt(512) });
    expect(run(crossCorrelation, [y, x], { lagMax: '40s' }).summary.best).toMatchObject({ lag: -7 });
  });

  it('shifts with the series', () => {
    const { summary } = run(crossCorrelation, [x, at(reference.y, 'y', 5)], { lagMax: '40s' });
    expect(summary.best).toMatchObject({ lag: 12 });
  });

  it('finds it across gaps too', () => {
    const gappy = reference.y.map((it, k) => (k % 5 === 0 ? null : it));
    const { summary } = run(crossCorrelation, [x, at(gappy, 'y')], { lagMax: '40s', detrend: 'linear' });
    expect(summary).toMatchObject({ best: { lag: 7, significant: true }, common: 512 - 103 });
  });

  it('expects more of series that change slowly', () => {
    const { bound, boundOfSmooth } = run(crossCorrelation, [x, y], { lagMax: '40s' }).summary as Record<string, number>;
    expect(boundOfSmooth).toBeGreaterThan(1.5 * bound!);
  });

  it('has no best lag where there is nothing to compare', () => {
    const flat = at(Array(30).fill(2), 'flat');
    for (const other of [flat, series([], [], 'none')]) expect(run(crossCorrelation, [x, other]).summary.best).toBe(null);
    expect(run(crossCorrelation, [series([], [], 'a'), series([], [], 'b')]).series[0]!.time).toHaveLength(0);
  });

  it('names the parameter that is wrong', () => {
    expect(() => run(crossCorrelation, [x, y], { lagMax: '10ms' })).toThrow('"lagMax" is shorter than a window');
    expect(() => run(crossCorrelation, [x, y], { every: '1mo' })).toThrow('choose days or weeks');
    expect(() => run(crossCorrelation, [x])).toThrow('Two fields are needed');
  });
});
