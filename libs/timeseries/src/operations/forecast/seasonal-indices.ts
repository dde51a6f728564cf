/** Classical decomposition: a fixed season, as the M4 competition takes it out before its benchmarks and puts it back after. */

export interface SeasonalIndices {
  isMultiplicative: boolean;
  /** One for each step of the season, of value 0 first. */
  indices: Float64Array;
}

/** Means of what the values differ from their centred moving average, as R's `decompose`. All 0 (or 1) for no season. */
export function seasonalIndices(values: Float64Array, season: number, isMultiplicative: boolean): SeasonalIndices {
  const none = { isMultiplicative, indices: new Float64Array(season).fill(isMultiplicative ? 1 : 0) };
  if (season < 2 || values.length < 2 * season) return none;
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  const half = season >> 1;
  for (let i = half; i + half < values.length; i++) {
    const trend = centredMean(values, i, season);
    sums[i % season]! += isMultiplicative ? values[i]! / trend : values[i]! - trend;
    counts[i % season]!++;
  }
  const means = sums.map((sum, k) => sum / counts[k]!);
  const mean = means.reduce((sum, it) => sum + it / season, 0);
  return { isMultiplicative, indices: means.map((it) => (isMultiplicative ? it / mean : it - mean)) };
}

/** Of an even season, both ends count half. */
function centredMean(values: Float64Array, centre: number, season: number): number {
  const half = season >> 1;
  let sum = 0;
  for (let j = centre - half; j <= centre + half; j++) sum += values[j]!;
  if (season % 2 === 0) sum -= (values[centre - half]! + values[centre + half]!) / 2;
  return sum / season;
}

/** Whether the season is there: the autocorrelation at it is significant at 90 %, as M4's benchmarks test it. */
export function isSeasonal(autocorrelations: Float64Array, season: number, count: number): boolean {
  if (season < 2 || count < 3 * season) return false;
  let squares = 0;
  for (let lag = 1; lag < season; lag++) squares += autocorrelations[lag]! ** 2;
  return Math.abs(autocorrelations[season]!) > 1.645 * Math.sqrt((1 + 2 * squares) / count);
}

export const without = (value: number, at: number, { isMultiplicative, indices }: SeasonalIndices): number =>
  isMultiplicative ? value / indices[at % indices.length]! : value - indices[at % indices.length]!;

export const withSeason = (value: number, at: number, { isMultiplicative, indices }: SeasonalIndices): number =>
  isMultiplicative ? value * indices[at % indices.length]! : value + indices[at % indices.length]!;
