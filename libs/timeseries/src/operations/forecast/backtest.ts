/** Rolling-origin back-test: what each model would have said, from origins over the latest part of the series. */
import type { Fitted, ForecastModel, Seasons } from './model.js';

/** Of one model: its forecasts from each origin, `horizon` values each. */
export interface Tested {
  model: ForecastModel;
  forecasts: Float64Array[];
  /** Mean absolute error over all origins and steps. */
  error: number;
}

export interface Backtest {
  origins: number[];
  tested: Tested[];
}

const ORIGINS_MAX = 200;

/** Fewer would say little of how far off forecasts are. */
const ORIGINS_LEAST = 50;

/**
 * The models are fitted on what lies before the first origin, and not again. Models that would not have had enough values are left out.
 * Where the series is short, fewer steps than `horizon` are tested.
 */
export function backtest(
  values: Float64Array,
  models: readonly ForecastModel[],
  seasons: Seasons,
  horizon: number,
  progress?: (done: number) => void,
): Backtest {
  const steps = Math.max(1, Math.min(horizon, Math.floor(values.length / 4)));
  const origins = originsFor(values.length, seasons, steps);
  if (origins.length === 0) return { origins, tested: [] };
  const tested = models.flatMap((model, at) => {
    progress?.(at / models.length);
    return test(values, model, seasons, steps, origins) ?? [];
  });
  return { origins, tested };
}

/** Over whole (long) seasons where there are values for them: at most a third of the series. */
function originsFor(count: number, { season, longSeason }: Seasons, steps: number): number[] {
  const span = Math.min(Math.max(longSeason ?? 2 * season, steps, ORIGINS_LEAST), Math.floor(count / 3) - steps + 1);
  if (span < 1) return [];
  const stride = Math.ceil(span / ORIGINS_MAX);
  const last = count - steps;
  return Array.from({ length: Math.ceil(span / stride) }, (_, k) => last - k * stride).reverse();
}

function test(
  values: Float64Array,
  model: ForecastModel,
  seasons: Seasons,
  horizon: number,
  origins: readonly number[],
): Tested | undefined {
  if (origins[0]! < model.needs(seasons)) return undefined;
  const fitted: Fitted | undefined = model.fit(values.subarray(0, origins[0]), seasons);
  if (!fitted) return undefined;
  const forecasts = fitted.from(values, origins, horizon);
  const error = meanError(values, origins, forecasts);
  return Number.isFinite(error) ? { model, forecasts, error } : undefined;
}

export function meanError(values: Float64Array, origins: readonly number[], forecasts: readonly Float64Array[]): number {
  let sum = 0;
  forecasts.forEach((forecast, o) => forecast.forEach((it, h) => (sum += Math.abs(values[origins[o]! + h]! - it))));
  return sum / (forecasts.length * forecasts[0]!.length);
}
