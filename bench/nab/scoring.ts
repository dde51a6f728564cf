/**
 * The scoring function of the Numenta Anomaly Benchmark, as published: Lavin & Ahmad, "Evaluating Real-time Anomaly Detection Algorithms – the
 * Numenta Anomaly Benchmark", ICMLA 2015 (arXiv:1510.03336), and as its repository computes it (github.com/numenta/NAB, v1.1).
 */

/** What a detection is worth (`tp`), what one costs that is none (`fp`), and what a missed window costs (`fn`). */
export interface Profile {
  tp: number;
  fp: number;
  fn: number;
}

export const PROFILES = {
  standard: { tp: 1, fp: 0.11, fn: 1 },
  reward_low_FP_rate: { tp: 1, fp: 0.22, fn: 1 },
  reward_low_FN_rate: { tp: 1, fp: 0.11, fn: 2 },
} as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof PROFILES;

export interface LabelledSeries {
  name: string;
  /** ms since epoch, ascending. */
  time: ArrayLike<number>;
  /** First and last instant of each anomalous window, both inclusive, in order. */
  windows: readonly (readonly [from: number, to: number])[];
}

/** One row as it counts if it is detected: `window` is −1 outside of windows, `weight` what the row adds. */
export interface ScoredRow {
  score: number;
  weight: number;
  /** Unique over the corpus. */
  window: number;
}

export interface ThresholdScore {
  threshold: number;
  score: number;
  tp: number;
  tn: number;
  fp: number;
  fn: number;
}

/** 15 % of the rows, at most 750, are for learning: nothing in them counts. */
export const probationaryRows = (rows: number, share = 0.15): number => Math.min(Math.floor(share * rows), share * 5_000);

/** 1 far before the right edge of a window (position −1 is its left edge), 0 at it, −1 far behind it. */
export const scaledSigmoid = (position: number): number => (position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1);

/** The rows of a series that count, with what each would add. Windows are numbered from `firstWindow`. */
export function scoredRows(
  series: LabelledSeries,
  scores: ArrayLike<number>,
  profile: Profile,
  firstWindow = 0,
  probation = 0.15,
): ScoredRow[] {
  const rows: ScoredRow[] = [];
  const from = probationaryRows(series.time.length, probation);
  const windows = series.windows.map(([first, last]) => windowRows(series.time, first, last));
  let passed = -1;
  for (let i = 0, at = 0; i < series.time.length; i++) {
    while (at < windows.length && i > windows[at]!.last) passed = at++;
    const here = windows[at];
    const inside = here !== undefined && i >= here.first;
    const weight = inside
      ? (scaledSigmoid(-(here.last - i + 1) / here.rows) * profile.tp) / scaledSigmoid(-1)
      : behind(windows[passed], i) * profile.fp;
    if (i >= from) rows.push({ score: scores[i]!, weight, window: inside ? firstWindow + at : -1 });
  }
  return rows;
}

interface WindowRows {
  first: number;
  last: number;
  rows: number;
}

function windowRows(time: ArrayLike<number>, from: number, to: number): WindowRows {
  let first = 0;
  while (first < time.length && time[first]! < from) first++;
  let last = first - 1;
  while (last + 1 < time.length && time[last + 1]! <= to && !(time[last]! >= to)) last++;
  return { first, last, rows: last - first + 1 };
}

/** The further behind the last window, the more wrong. */
const behind = (window: WindowRows | undefined, row: number): number =>
  window === undefined ? -1 : scaledSigmoid((row - window.last) / (window.rows - 1));

/** The score at each threshold that makes a difference, from above all scores downwards. In each window only the best, which is the first, counts. */
export function scoreByThreshold(rows: readonly ScoredRow[], profile: Pick<Profile, 'fn'>): ThresholdScore[] {
  const sorted = rows.toSorted((a, b) => b.score - a.score);
  const best = new Map<number, number>();
  for (const { window } of sorted) if (window >= 0) best.set(window, -profile.fn);
  let inWindows = best.size * -profile.fn;
  let outside = 0;
  const count = {
    tp: 0,
    fp: 0,
    fn: sorted.filter(({ window }) => window >= 0).length,
    tn: sorted.filter(({ window }) => window < 0).length,
  };
  const found: ThresholdScore[] = [];
  const note = (threshold: number) => found.push({ threshold, score: inWindows + outside, ...count });
  let threshold = 1.1;
  for (const { score, weight, window } of sorted) {
    if (score !== threshold) {
      note(threshold);
      threshold = score;
    }
    if (window < 0) {
      outside += weight;
      count.fp++;
      count.tn--;
    } else {
      inWindows += Math.max(weight - best.get(window)!, 0);
      best.set(window, Math.max(weight, best.get(window)!));
      count.tp++;
      count.fn--;
    }
  }
  note(threshold);
  return found;
}

/** The threshold with the highest score; the highest of several. */
export const bestThreshold = (found: readonly ThresholdScore[]): ThresholdScore => found.reduce((a, b) => (b.score > a.score ? b : a));

/** What is detected at a threshold that need not be one of those swept. */
export const atThreshold = (found: readonly ThresholdScore[], threshold: number): ThresholdScore =>
  found.findLast((entry) => entry.threshold >= threshold) ?? found[0]!;

/** 0 for the detector that says nothing, 100 for the one that marks the first row of every window and nothing else. */
export const normalise = (score: number, windows: number, profile: Profile): number =>
  (100 * (score + windows * profile.fn)) / (windows * (profile.tp + profile.fn));
