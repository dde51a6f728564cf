/** Accuracy as the M4 competition defines it (Makridakis, Spiliotis & Assimakopoulos 2020). */
import { autocorrelations } from '../../libs/timeseries/src/operations/season-length.js';
import { isSeasonal, seasonalIndices, withSeason } from '../../libs/timeseries/src/operations/forecast/seasonal-indices.js';

/** Symmetric mean absolute percentage error, 0 … 200. */
export function smape(actual: Float64Array, forecast: Float64Array): number {
  return mean(
    actual.map((value, h) =>
      value === forecast[h] ? 0 : (200 * Math.abs(value - forecast[h]!)) / (Math.abs(value) + Math.abs(forecast[h]!)),
    ),
  );
}

/** Mean absolute error ÷ that of the seasonal naive forecast, one season ahead, within the history. */
export function mase(history: Float64Array, actual: Float64Array, forecast: Float64Array, season: number): number {
  const naive = mean(history.subarray(season).map((value, i) => Math.abs(value - history[i]!)));
  return mean(actual.map((value, h) => Math.abs(value - forecast[h]!))) / naive;
}

/** Share of the values within the bounds. */
export function coverage(actual: Float64Array, lower: Float64Array, upper: Float64Array): number {
  return mean(actual.map((value, h) => Number(value >= lower[h]! && value <= upper[h]!)));
}

/** Mean interval score ÷ the same scale as MASE: width, and 2 ÷ (1 − level) times what lies outside. The smaller, the better. */
export function msis(
  history: Float64Array,
  actual: Float64Array,
  bounds: { lower: Float64Array; upper: Float64Array; level: number },
  season: number,
): number {
  const { lower, upper, level } = bounds;
  const naive = mean(history.subarray(season).map((value, i) => Math.abs(value - history[i]!)));
  const outside = (value: number, h: number): number => Math.max(0, lower[h]! - value, value - upper[h]!);
  return mean(actual.map((value, h) => upper[h]! - lower[h]! + (2 / (1 - level)) * outside(value, h))) / naive;
}

/** M4's Naive2: the last value, of the series less its season where that is significant. */
export function naive2(history: Float64Array, season: number, horizon: number): Float64Array {
  const isThere = isSeasonal(autocorrelations(history, season), season, history.length);
  const indices = seasonalIndices(history, isThere ? season : 1, true);
  const last = history.length - 1;
  const level = history[last]! / indices.indices[last % indices.indices.length]!;
  return Float64Array.from({ length: horizon }, (_, h) => withSeason(level, history.length + h, indices));
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
