/** The seasons a forecast goes by: given, or found in the values. */
import { autocorrelations, findSeason } from '../season-length.js';
import type { Seasons } from './model.js';

/** How like itself a series, less its season, must be after a long season. */
const CORRELATION_MIN = 0.2;

const DAY_MS = 86_400_000;

/**
 * A season of a day is likely, and where it is one it has the week as its long season: which counts only as far as the back-test bears it out.
 * Other long seasons are looked for among multiples of the season.
 */
export function seasonsOf(
  values: Float64Array,
  stepMs: number,
  given: { season: number | undefined; longSeason: number | undefined },
): Seasons {
  const season = given.season ?? findSeason(values, [Math.round(DAY_MS / stepMs)]) ?? 1;
  if (season === 1) return { season, longSeason: undefined };
  const hasWeeks = Math.abs((season * stepMs) / DAY_MS - 1) < 0.001 && values.length >= 21 * season;
  return { season, longSeason: given.longSeason ?? (hasWeeks ? 7 * season : findLongSeason(values, season)) };
}

/** The multiple of the season at which the changes from season to season are most like themselves; three of it must be there. */
function findLongSeason(values: Float64Array, season: number): number | undefined {
  const changes = values.slice(season).map((value, i) => value - values[i]!);
  const multiples = Math.floor(values.length / 3 / season);
  if (multiples < 2) return undefined;
  const correlations = autocorrelations(changes, season * multiples);
  let best = 0;
  let highest = CORRELATION_MIN;
  for (let k = 2; k <= multiples; k++) {
    if (correlations[k * season]! <= highest) continue;
    highest = correlations[k * season]!;
    best = k * season;
  }
  return best === 0 ? undefined : best;
}
