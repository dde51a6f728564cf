/** What a network that forecasts is shown: what was just before, what was one season, two and a long season before the step, and which phase it is. */
import type { Seasons } from '../forecast/model.js';

export interface Shown {
  seasons: Seasons;
  /** Steps since 1970 of the first value: tells the phase. */
  offset: number;
  /** Steps ahead it is asked for at most at once. */
  horizon: number;
  /** A usual distance of values from their mean. */
  scale: number;
}

const RECENT = 6;
const SEASON_HARMONICS = 2;
const LONG_HARMONICS = 3;
/** The level is the mean of so many values where there is no season. */
const LEVEL_OF = 24;

export function featureCount({ season, longSeason }: Seasons): number {
  return RECENT + 3 + (season > 1 ? 6 + 2 * SEASON_HARMONICS : 0) + (longSeason === undefined ? 0 : 3 + 2 * LONG_HARMONICS);
}

/** So many values must be known before an origin. */
export const reachOf = ({ season, longSeason }: Seasons): number => Math.max(2 * Math.max(season, LEVEL_OF) + 1, (longSeason ?? 0) + 1);

/** Of the level of the last season, and what it was a season earlier. */
export interface Level {
  now: number;
  before: number;
}

export function levelAt(values: Float64Array, origin: number, { season }: Seasons): Level {
  const length = season > 1 ? season : LEVEL_OF;
  let [now, before] = [0, 0];
  for (let i = 1; i <= length; i++) {
    now += values[origin - i]! / length;
    before += values[origin - length - i]! / length;
  }
  return { now, before };
}

/** The value that the network corrects: that of the last season at this phase, or the last one. */
export function baseOf(values: Float64Array, origin: number, steps: number, { season }: Seasons): number {
  return season > 1 ? values[origin + steps - 1 - season * Math.ceil(steps / season)]! : values[origin - 1]!;
}

/** For the value `steps` after the last known one; `origin` is the number of values known. */
export function writeFeatures(
  { values, origin, steps, level }: { values: Float64Array; origin: number; steps: number; level: Level },
  { seasons: { season, longSeason }, offset, horizon, scale }: Shown,
  into: Float32Array | Float64Array,
  at: number,
): void {
  const target = origin + steps - 1;
  let next = at;
  const put = (value: number): void => void (into[next++] = value);
  const putValue = (index: number): void => put((values[Math.min(index, origin - 1)]! - level.now) / scale);
  const putAround = (index: number): void => {
    for (let near = -1; near <= 1; near++) putValue(index + near);
  };
  const putPhase = (length: number, harmonics: number): void => {
    const angle = (2 * Math.PI * (((offset + target) % length) + length)) / length;
    for (let k = 1; k <= harmonics; k++) {
      put(Math.sin(k * angle));
      put(Math.cos(k * angle));
    }
  };
  for (let i = 1; i <= RECENT; i++) putValue(origin - i);
  put(steps / horizon);
  put(1 / steps);
  put((level.now - level.before) / scale);
  if (season > 1) {
    const last = target - season * Math.ceil(steps / season);
    putAround(last);
    putAround(last - season);
    putPhase(season, SEASON_HARMONICS);
  }
  if (longSeason === undefined) return;
  putAround(target - longSeason * Math.ceil(steps / longSeason));
  putPhase(longSeason, LONG_HARMONICS);
}
