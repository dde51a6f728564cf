import { describe, expect, it } from 'vitest';
import { evenGrid, filledBySeason, usualGap } from './sampling.js';
import { seriesOf } from './testing/series.js';

const HOUR = 3_600_000;
const count = (n: number): number[] => Array.from({ length: n }, (_, at) => at);

describe('usualGap', () => {
  it('is the length of a step, whatever is missing', () => {
    const times = count(100).filter((at) => at % 9 !== 4 && !(at > 50 && at < 70));
    expect(
      usualGap(
        seriesOf(
          times,
          times.map((at) => at * HOUR),
        ),
      ),
    ).toBe(HOUR);
    expect(usualGap(seriesOf([1, NaN, 3, NaN, 5], [0, 7, 14, 21, 28]))).toBe(14);
  });

  it('is round where readings jitter about a round length', () => {
    expect(
      usualGap(
        seriesOf(
          count(1000),
          count(1000).map((at) => at * 1_000 + (at % 7) * 20),
        ),
      ),
    ).toBe(1_000);
    expect(
      usualGap(
        seriesOf(
          count(1000),
          count(1000).map((at) => at * 1_003),
        ),
      ),
    ).toBe(1_003);
  });

  it('is unknown of fewer than two times', () => {
    expect(usualGap(seriesOf([1]))).toBeUndefined();
    expect(usualGap(seriesOf([1, 2], [5, 5]))).toBeUndefined();
  });
});

describe('evenGrid', () => {
  it('takes means within a step and straight lines between', () => {
    const { start, step, values, filled } = evenGrid(seriesOf([NaN, 1, 3, 2, 8], [0, 10, 11, 20, 50]), 10);
    expect({ start, step, filled }).toEqual({ start: 10, step: 10, filled: 2 });
    expect([...values]).toEqual([2, 2, 4, 6, 8]);
  });

  it('says when it would be too large', () => {
    expect(() => evenGrid(seriesOf([1, 2], [0, 1e12]), 1)).toThrow('are too many (at most 20000000)');
  });
});

describe('filledBySeason', () => {
  it('repeats a season in a long gap, moved so that both ends meet', () => {
    const season = [0, 4, 2, 7, 1];
    const whole = count(40).map((at) => season[at % 5]! + 0.5 * at);
    const kept = count(40).filter((at) => at < 12 || at > 21);
    const grid = evenGrid(
      seriesOf(
        kept.map((at) => whole[at]!),
        kept.map((at) => at * 10),
      ),
      10,
    );
    filledBySeason(grid, 5).forEach((value, at) => expect(value).toBeCloseTo(whole[at]!, 9));
  });
});
