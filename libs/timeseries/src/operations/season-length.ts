/** Finds the season of a series: the shortest lag at which it is most like itself. */

/** More than this is not looked at: the latest of it. */
const VALUES_LOOKED_AT = 6_000;

/** Below this correlation a lag is no season. */
const CORRELATION_MIN = 0.3;

/** A shorter lag wins over a longer one (a multiple of it, most often) that is better by less than this share. */
const SHORTER_WINS = 0.85;

/**
 * In steps; undefined where there is none. It is the first peak of the autocorrelation, of the values less their running trend, that is
 * nearly as high as the highest; at least three whole seasons are needed. Of the `likely` lags (a day, …) the first that is a
 * season beside slower changes wins, unless it is only a multiple of the one found.
 */
export function findSeason(values: Float64Array, likely: readonly number[] = []): number | undefined {
  const latest = values.subarray(-VALUES_LOOKED_AT);
  const lagMax = Math.floor(latest.length / 3);
  if (lagMax < 2) return undefined;
  const correlations = autocorrelations(withoutTrend(latest), lagMax + 1);
  const isPeak = (lag: number): boolean =>
    correlations[lag]! >= CORRELATION_MIN && correlations[lag]! > correlations[lag - 1]! && correlations[lag]! >= correlations[lag + 1]!;
  const fallen = correlations.findIndex((height) => height < CORRELATION_MIN);
  const peaks: number[] = [];
  for (let lag = Math.max(fallen + 1, 2); fallen > 0 && lag <= lagMax; lag++) if (isPeak(lag)) peaks.push(lag);
  const enough = SHORTER_WINS * Math.max(...peaks.map((lag) => correlations[lag]!));
  const found = peaks.find((lag) => correlations[lag]! >= enough);
  if (found === undefined) return undefined;
  const expected = likely.find((lag) => lag >= 2 && lag <= lagMax && (lag > found ? lag % found > 0 : true) && isSeasonAt(latest, lag));
  return expected ?? found;
}

/** Whether the values, less their running mean over `lag`, are like themselves at it, and more so than beside it. */
function isSeasonAt(values: Float64Array, lag: number): boolean {
  const rest = values.slice(0, values.length - lag);
  let sum = 0;
  for (let i = 0; i < lag; i++) sum += values[i]!;
  for (let i = 0; i < rest.length; i++) {
    rest[i] = values[i + (lag >> 1)]! - sum / lag;
    sum += values[i + lag]! - values[i]!;
  }
  const correlations = autocorrelations(rest, lag + 1);
  return correlations[lag]! >= CORRELATION_MIN && correlations[lag]! >= Math.max(correlations[lag - 1]!, correlations[lag + 1]!);
}

/** r₀ … r of `lags`. A constant series has none: all 0. */
export function autocorrelations(values: Float64Array, lags: number): Float64Array {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value / count, 0);
  const products = Float64Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < count; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean);
    return sum;
  });
  const variance = products[0]!;
  return products.map((product) => (variance > 0 ? product / variance : 0));
}

/** Less the least-squares line. */
function withoutTrend(values: Float64Array): Float64Array {
  const count = values.length;
  const middle = (count - 1) / 2;
  let mean = 0;
  let slope = 0;
  for (let i = 0; i < count; i++) mean += values[i]! / count;
  for (let i = 0; i < count; i++) slope += (i - middle) * (values[i]! - mean);
  slope /= (count * (count * count - 1)) / 12;
  const rest = values.map((value, i) => value - mean - slope * (i - middle));
  const size = rest.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const noise = Math.abs(mean) * 1e-12;
  return size > noise ? rest : rest.fill(0);
}
