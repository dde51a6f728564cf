/** The benchmark's verdict on the scores of one detector over all series: under each profile at the threshold that is best over all. */
import {
  atThreshold,
  bestThreshold,
  normalise,
  PROFILES,
  scoreByThreshold,
  scoredRows,
  type LabelledSeries,
  type Profile,
  type ProfileName,
  type ScoredRow,
} from './scoring.js';

export interface Evaluation {
  profiles: Record<ProfileName, Verdict>;
  /** The standard profile, with each series scored at the threshold that is best over all others. Nothing of this is part of the benchmark. */
  leaveOneOut: number;
  /** The standard profile at the threshold 0.5. */
  atDefault: number;
}

export interface Verdict {
  /** 0: as if nothing were ever said; 100: the first reading of every window and nothing else. */
  score: number;
  threshold: number;
  /** Windows with a detection. */
  found: number;
  /** Readings detected outside of windows. */
  inVain: number;
}

const WINDOWS_PER_SERIES_MAX = 1_000;

export function evaluate(corpus: readonly LabelledSeries[], scores: readonly ArrayLike<number>[]): Evaluation {
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0);
  const rowsUnder = (profile: Profile) => corpus.map((series, at) => scoredRows(series, scores[at]!, profile, at * WINDOWS_PER_SERIES_MAX));
  const standard = rowsUnder(PROFILES.standard);
  const scored = (threshold: (at: number) => number) =>
    normalise(
      standard.reduce((sum, rows, at) => sum + atThreshold(scoreByThreshold(rows, PROFILES.standard), threshold(at)).score, 0),
      windows,
      PROFILES.standard,
    );
  return {
    profiles: Object.fromEntries(
      Object.entries(PROFILES).map(([name, profile]) => [name, verdict(rowsUnder(profile).flat(), profile, windows)]),
    ) as Record<ProfileName, Verdict>,
    leaveOneOut: scored(
      (out) => bestThreshold(scoreByThreshold(standard.filter((_, at) => at !== out).flat(), PROFILES.standard)).threshold,
    ),
    atDefault: scored(() => 0.5),
  };
}

function verdict(rows: readonly ScoredRow[], profile: Profile, windows: number): Verdict {
  const { threshold, score, fp } = bestThreshold(scoreByThreshold(rows, profile));
  const found = new Set(rows.filter((row) => row.window >= 0 && row.score >= threshold).map(({ window }) => window));
  return { score: normalise(score, windows, profile), threshold, found: found.size, inVain: fp };
}
