import { describe, expect, it } from 'vitest';
import {
  atThreshold,
  bestThreshold,
  normalise,
  probationaryRows,
  PROFILES,
  scaledSigmoid,
  scoreByThreshold,
  scoredRows,
  type LabelledSeries,
} from './scoring.js';

/** As the benchmark's own tests make them: windows of a size, evenly spread over rows numbered from 0. */
function labelled(rows: number, windowCount: number, size: number): LabelledSeries {
  const gap = Math.round((rows - windowCount * size) / (windowCount + 1));
  const windows = Array.from({ length: windowCount }, (_, i) => [gap * (i + 1) + size * i, gap * (i + 1) + size * i + size - 1] as const);
  return { name: 'made', time: Array.from({ length: rows }, (_, i) => i), windows };
}
const detecting = (rows: number, ...found: number[]) => Array.from({ length: rows }, (_, i) => (found.includes(i) ? 1 : 0));
const EVEN = { tp: 1, fp: 1, fn: 1 };
const scoreOf = (series: LabelledSeries, found: number[], profile = EVEN) =>
  atThreshold(scoreByThreshold(scoredRows(series, detecting(series.time.length, ...found), profile, 0, 0), profile), 0.5);

describe('the weight of a row', () => {
  it.each([
    [-1, 0.98661],
    [-0.5, 0.84828],
    [0, 0],
    [1, -0.98661],
    [3, -1],
    [100, -1],
  ])('at %d of a window is %d', (position, weight) => {
    expect(scaledSigmoid(position)).toBeCloseTo(weight, 5);
  });

  it.each([
    [100, 0, 0],
    [100, 1, 100],
    [100, 0.1, 10],
    [100, 0.15, 15],
    [5_000, 0.1, 500],
    [6_000, 0.1, 500],
    [22_695, 0.15, 750],
  ])('is nothing in the time for learning: of %d rows at %d, %d', (rows, share, learning) => {
    expect(probationaryRows(rows, share)).toBe(learning);
  });

  it('is positive inside of windows and negative outside', () => {
    const series: LabelledSeries = {
      name: 'made',
      time: Array.from({ length: 100 }, (_, i) => i),
      windows: [
        [30, 39],
        [75, 95],
      ],
    };
    const rows = scoredRows(series, detecting(100), PROFILES.standard, 0, 0.1);
    expect(rows).toHaveLength(90);
    expect(rows.filter(({ window }) => window >= 0)).toHaveLength(31);
    expect(rows.every(({ weight, window }) => (window >= 0 ? weight > 0 : weight < 0))).toBe(true);
  });
});

// Cases and numbers of the benchmark's own tests (tests/integration of its repository).
describe('the score', () => {
  it('of no windows and no detections is 0', () => {
    expect(scoreOf(labelled(10, 0, 0), [])).toMatchObject({ score: 0, tn: 10, tp: 0, fp: 0, fn: 0 });
  });

  it('of the first row of a window is the whole weight', () => {
    expect(scoreOf(labelled(10, 1, 2), [4])).toMatchObject({ score: 1, tn: 8, tp: 1, fp: 0, fn: 1 });
    expect(scoreOf(labelled(10, 1, 3), [4])).toMatchObject({ score: 1, tn: 7, tp: 1, fp: 0, fn: 2 });
  });

  it('of an earlier detection is higher, and a second one in the window adds nothing', () => {
    const series = labelled(10, 1, 2);
    expect(scoreOf(series, [4]).score).toBeGreaterThan(scoreOf(series, [5]).score);
    expect(scoreOf(series, [4, 5])).toMatchObject({ score: scoreOf(series, [4]).score, tp: 2, fn: 0 });
  });

  it('crosses zero between the last row of a window and the next', () => {
    const series = labelled(1_000, 1, 100);
    expect(scoreOf(series, [549]).score + scoreOf(series, [550]).score + 1).toBeCloseTo(0, 3);
    expect(scoreOf(series, [550])).toMatchObject({ tn: 899, tp: 0, fp: 1, fn: 100 });
  });

  it('of what is detected in vain is negative: the whole weight without a window before, more the further behind one', () => {
    expect(scoreOf(labelled(1_000, 0, 0), [0])).toMatchObject({ score: -1, tn: 999, fp: 1 });
    const series = labelled(1_000, 1, 10);
    expect(scoreOf(series, [0]).score).toBeLessThan(0);
    expect(scoreOf(series, [0, 1]).score).toBeLessThan(scoreOf(series, [0]).score);
    const small = labelled(10, 1, 2);
    expect(scoreOf(small, [6]).score).toBeGreaterThan(scoreOf(small, [7]).score);
  });

  it('of missed windows is what each costs', () => {
    expect(scoreOf(labelled(1_000, 1, 10), [])).toMatchObject({ score: -1, tn: 990, fn: 10 });
    expect(scoreOf(labelled(2_000, 4, 10), []).score).toBe(-4);
    expect(scoreOf(labelled(100, 1, 10), [], { ...EVEN, fn: 2 }).score).toBe(-2);
  });

  it('of a true, a repeated and a false detection and a missed window is −0.9540', () => {
    const sut = scoreOf(labelled(100, 2, 5), [30, 31, 37]);
    expect(sut.score).toBeCloseTo(-0.954, 4);
    expect(sut).toMatchObject({ tn: 89, tp: 2, fp: 1, fn: 8 });
  });
});

describe('the threshold', () => {
  const rows = [
    { score: 0, weight: -3, window: -1 },
    { score: 0.2, weight: 20, window: 0 },
    { score: 0.3, weight: 10, window: 0 },
    { score: 0.5, weight: 5, window: 1 },
    { score: 0.5, weight: -3, window: -1 },
  ];
  const found = scoreByThreshold(rows, { fn: 5 });

  it('is swept over all scores', () => {
    expect(found).toEqual([
      { threshold: 1.1, score: -10, tp: 0, tn: 2, fp: 0, fn: 3 },
      { threshold: 0.5, score: -3, tp: 1, tn: 1, fp: 1, fn: 2 },
      { threshold: 0.3, score: 12, tp: 2, tn: 1, fp: 1, fn: 1 },
      { threshold: 0.2, score: 22, tp: 3, tn: 1, fp: 1, fn: 0 },
      { threshold: 0, score: 19, tp: 3, tn: 0, fp: 2, fn: 0 },
    ]);
  });

  it('that is best has the highest score', () => {
    expect(bestThreshold(found)).toMatchObject({ threshold: 0.2, score: 22 });
    expect(atThreshold(found, 0.25)).toMatchObject({ threshold: 0.3 });
    expect(atThreshold(found, 0.9)).toMatchObject({ threshold: 1.1 });
  });
});

describe('the normal score', () => {
  it.each(Object.values(PROFILES))('is 0 for silence and 100 for perfection under %j', (profile) => {
    const series = labelled(200, 4, 10);
    const firsts = series.windows.map(([from]) => from);
    expect(normalise(scoreOf(series, [], profile).score, 4, profile)).toBe(0);
    expect(normalise(scoreOf(series, firsts, profile).score, 4, profile)).toBeCloseTo(100, 10);
  });

  // The benchmark's test of normalisation: a perfect 44 less a base of 4, a score of 8.
  it('is the share of the way from silence to perfection', () => {
    expect(normalise(0, 10, { tp: 1, fp: 1, fn: 1 })).toBe(50);
  });
});
