import { describe, expect, it } from 'vitest';
import { coverage, mase, msis, naive2, smape } from './measures.js';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

describe('the measures of M4', () => {
  it('are those of the definitions', () => {
    expect(smape(of(100, 0), of(50, 0))).toBeCloseTo((200 * 50) / 150 / 2, 12);
    expect(mase(of(1, 2, 3, 5), of(7, 8), of(6, 6), 2)).toBeCloseTo(1.5 / 2.5, 12);
    expect(coverage(of(1, 2, 3, 4), of(0, 0, 0, 5), of(1, 1, 5, 6))).toBe(0.5);
    expect(msis(of(1, 2, 3, 5), of(10, 4), { lower: of(1, 1), upper: of(5, 5), level: 0.95 }, 2)).toBeCloseTo(
      (4 + 4 + 40 * 5) / 2 / 2.5,
      9,
    );
  });

  it('takes a season out and puts it back', () => {
    const history = Float64Array.from({ length: 48 }, (_, at) => 10 * [1, 2, 3, 2][at % 4]!);
    expect([...naive2(history, 4, 4)].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([10, 20, 30, 20]);
    expect([...naive2(of(1, 2, 3, 4, 5, 6), 1, 2)]).toEqual([6, 6]);
  });
});
