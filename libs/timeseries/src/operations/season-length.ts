/** Finds the season of a series: the shortest lag at which it is most like itself. */

/** More than this is not looked at: the latest of it. */
const VALUES_LOOKED_AT = 6_000;

/** Below this correlation a lag is no season. */
const CORRELATION_MIN = 0.3;

/** A shorter lag wins over a longer one (a multiple of it, most often) that is better by less than this share. */
const SHORTER_WINS = 0.85;

/**
 * In steps; undefined where there is none. It is the first peak of the autocorrelation, of the values less their running trend, that is
 * nearly as high as the highest; at least three whole seasons are needed. `likely` lags (a day, …) win, in their order, where they are
 * nearly as high.
 */
export function findSeason(values: Float64Array, likely: readonly number[] = []): number | undefined {
  const latest = values.subarray(-VALUES_LOOKED_AT);
  const lagMax = Math.floor(latest.length / 3);
  if (lagMax < 2) return undefined;
  const correlations = autocorrelations(withoutTrend(latest), lagMax + 1);
  const peaks: { lag: number; height: number }[] = [];
  let hasFallen = false;
  for (let lag = 2; lag <= lagMax; lag++) {
    const height = correlations[lag]!;
    hasFallen ||= correlations[lag - 1]! < CORRELATION_MIN;
    const isPeak = height >= CORRELATION_MIN && height > correlations[lag - 1]! && height >= correlations[lag + 1]!;
    if (isPeak && hasFallen) peaks.push({ lag, height });
  }
  const highest = Math.max(...peaks.map(({ height }) => height));
  const isNearlyHighest = (lag: number): boolean => correlations[lag]! >= Math.max(CORRELATION_MIN, SHORTER_WINS * highest);
  const expected = likely.find((lag) => lag >= 2 && lag <= lagMax && Number.isInteger(lag) && isNearlyHighest(lag));
  return expected ?? peaks.find(({ height }) => height >= SHORTER_WINS * highest)?.lag;
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
