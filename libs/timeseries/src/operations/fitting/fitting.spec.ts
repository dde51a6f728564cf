import { describe, expect, it } from 'vitest';
import { fitShares } from './fit-shares.js';
import { nelderMead } from './nelder-mead.js';
import { solveRidge } from './ridge.js';

describe('Nelder–Mead', () => {
  it('walks the valley of Rosenbrock', () => {
    const { at } = nelderMead(([x, y]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2, [-1.2, 1], {
      tolerance: 1e-14,
      evaluationsMax: 2_000,
    });
    expect(at[0]).toBeCloseTo(1, 4);
    expect(at[1]).toBeCloseTo(1, 4);
  });

  it('leaves where there is no number, and stops in time', () => {
    expect(nelderMead(([x]) => (x! < 0 ? NaN : (x! - 2) ** 2), [5]).at[0]).toBeCloseTo(2, 3);
    expect(nelderMead(([x]) => -x!, [0], { evaluationsMax: 40 }).evaluations).toBeLessThanOrEqual(43);
  });
});

describe('fitShares', () => {
  it('finds what is wanted within its bounds and leaves what is given', () => {
    const far = ([a, b, c]: readonly number[]): number => (a! - 0.3) ** 2 + (b! - 0.9) ** 2 + (c! - 0.5) ** 2;
    const [a, b, c] = fitShares(
      far,
      [undefined, undefined, 0.1],
      [[0.5, 0.5, 0.5]],
      [
        [0, 1],
        [0, 0.8],
      ],
    );
    expect(a).toBeCloseTo(0.3, 3);
    expect(b).toBeCloseTo(0.8, 2);
    expect(c).toBe(0.1);
  });
});

describe('solveRidge', () => {
  const columns = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, -1, 1, -1)];

  it('solves what can be solved exactly, and pulls towards 0', () => {
    const target = Float64Array.of(5, 1, 9, 5);
    const [a, b] = solveRidge(columns, target, 0);
    expect(a).toBeCloseTo(2, 12);
    expect(b).toBeCloseTo(3, 12);
    expect(Math.abs(solveRidge(columns, target, 1)[0]!)).toBeLessThan(2);
  });

  it('gives 0 for columns without information', () => {
    expect([...solveRidge([new Float64Array(4), columns[1]!], columns[1]!, 0)]).toEqual([0, 1]);
  });
});
