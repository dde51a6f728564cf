import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, run, series, textOf, type Numbers } from '../testing/series.js';
import { chanceOf } from './coefficients.js';
import { correlation } from './correlation.js';
import type { Network } from './network.js';

type Matrix = Numbers[];
interface Reference {
  chance: [correlation: number, pairs: number, p: number][];
  correlation: { fields: Numbers[]; pearson: Matrix; spearman: Matrix; pearsonP: Matrix; spearmanP: Matrix; pairs: number[][] };
}
const { correlation: reference, chance } = fixture<Reference>('relations');
const MINUTE = 60_000;
const fields = reference.fields.map((value, at) =>
  series(
    [...value.keys()].map((k) => k * MINUTE),
    value,
    `f${at}`,
  ),
);
const others = (row: Numbers, at: number) => row.filter((_, b) => b !== at);

describe.each(['pearson', 'spearman'] as const)('correlation by %s', (method) => {
  const result = run(correlation, fields, { method });

  it('agrees with pandas and SciPy, gaps and ties included', () => {
    const matrix = result.summary.matrix as Matrix;
    matrix.forEach((row, a) => expectClose(row as number[], reference[method][a]!));
    fields.forEach((_, a) => {
      const only = { series: [result.series[a]!], summary: {} };
      expectClose(columnOf(only, 'correlation'), others(reference[method][a]!, a));
      expectClose(columnOf(only, 'p'), others(reference[`${method}P`][a]!, a));
      expect(columnOf(only, 'pairs')).toEqual(others(reference.pairs[a]!, a));
    });
  });

  it('connects what correlates at least so much, the strongest first', () => {
    const { nodes, edges } = run(correlation, fields, { method, threshold: 0.5 }).summary.network as Network;
    expect(nodes.map(({ degree, group }) => ({ degree, group }))).toEqual([
      { degree: 2, group: 0 },
      { degree: 2, group: 0 },
      { degree: 2, group: 0 },
      { degree: 0, group: 1 },
    ]);
    expect(edges).toHaveLength(3);
    expect(edges.map((it) => Math.abs(it.correlation))).toEqual(edges.map((it) => Math.abs(it.correlation)).sort((a, b) => b - a));
    expect(edges[0]).toMatchObject({ from: 'd f0', to: 'd f1' });
  });
});

describe('correlation', () => {
  it.each(chance)('is by chance as seldom as SciPy says: %d of %d pairs', (found, pairs, p) => {
    expect(Math.abs(chanceOf(found, pairs) - p)).toBeLessThanOrEqual(1e-8 * p + 1e-300);
  });

  it('puts fields taken at other moments on the same windows', () => {
    const slow = series(
      [0, 1, 2, 3].map((k) => k * MINUTE + 20_000),
      [1, 5, 2, 8],
      'slow',
    );
    const fast = series(
      [...Array(8).keys()].map((k) => k * 30_000 + 3_000),
      [2, 2, 10, 10, 4, 4, 16, 16],
      'fast',
    );
    const { summary, series: found } = run(correlation, [slow, fast], { pairsMin: 3 });
    expect(summary).toMatchObject({
      every: '1m',
      windows: 4,
      matrix: [
        [1, 1],
        [1, 1],
      ],
    });
    expect(textOf({ series: found, summary }, 'withField')).toEqual(['fast']);
  });

  it('says nothing of a field that never changes, of too few windows, and of nothing', () => {
    const flat = series([...Array(20).keys()], Array(20).fill(0.1), 'flat');
    const rising = series([...Array(20).keys()], [...Array(20).keys()], 'rising');
    expect(run(correlation, [flat, rising]).summary.matrix).toEqual([
      [null, null],
      [null, 1],
    ]);
    expect(run(correlation, [rising, flat], { pairsMin: 21 }).summary.matrix).toEqual([
      [null, null],
      [null, null],
    ]);
    const none = [series([], [], 'a'), series([], [], 'b')];
    expect(run(correlation, none).summary).toMatchObject({
      windows: 0,
      matrix: [
        [null, null],
        [null, null],
      ],
    });
  });

  it('refuses a field given twice', () => {
    expect(() => run(correlation, [fields[0]!, fields[0]!])).toThrow('"d f0" is given twice');
  });

  it('is the same whatever unit and zero the fields are measured in, and whichever comes first', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
      minLength: 12,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), fc.integer({ min: -999, max: 999 }), (pairs, scale, shift) => {
        const a = pairs.map(([it]) => it);
        const b = pairs.map(([, it]) => it);
        const of = (x: number[], y: number[]) =>
          (run(correlation, [series([...x.keys()], x, 'x'), series([...y.keys()], y, 'y')]).summary.matrix as Matrix)[0]![1]!;
        const plain = of(a, b);
        const moved = of(
          b.map((it) => -it * scale + shift),
          a,
        );
        if (plain === null) expect(moved).toBe(null);
        else expect(moved).toBeCloseTo(-plain, 10);
      }),
    );
  });
});
