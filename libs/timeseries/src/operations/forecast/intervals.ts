/** How far off the forecasts were in the back-test, step by step, as half the width of intervals. */

export interface TestedForecasts {
  values: Float64Array;
  origins: readonly number[];
  forecasts: readonly Float64Array[];
  /** Steps in a season. */
  season: number;
}

/** Errors of so many steps before and after count for a step as well. */
const NEIGHBOURS = 3;

/** No phase of the season is taken for more certain than this share of the whole. */
const CERTAIN_MOST = 0.2;

/**
 * Origins of the back-test overlap, so that its errors are alike, and the future is less like the past than the past is like itself; rare errors are
 * missed most. Measured on hourly series of the M4 competition (docs/reference/forecasting.md).
 */
const WIDER = { 80: 1.1, 95: 1.25 } as const;

/**
 * Half widths for `horizon` steps after the last value that hold `percent` of the errors: quantiles of the absolute errors of the back-test,
 * each divided by what is usual at its phase of the season (normalised conformal prediction, Lei et al. 2018). Steps beyond the
 * back-test grow with the root of their distance.
 */
export function halfWidths(tested: TestedForecasts, percent: 80 | 95, horizon: number): Float64Array {
  const { values, origins, forecasts, season } = tested;
  const usual = usualErrors(tested);
  const steps = forecasts[0]!.length;
  const relative = Array.from({ length: steps }, (_, h) =>
    forecasts.map((forecast, o) => {
      const at = origins[o]! + h;
      return Math.abs(values[at]! - forecast[h]!) / (usual[at % season]! || 1);
    }),
  );
  const wide = relative.map((_, h) => quantile(relative.slice(Math.max(0, h - NEIGHBOURS), h + NEIGHBOURS + 1).flat(), percent / 100));
  return Float64Array.from({ length: horizon }, (_, h) => {
    const beyond = h < steps ? 1 : Math.sqrt((h + 1) / steps);
    return WIDER[percent] * beyond * wide[Math.min(h, steps - 1)]! * usual[(values.length + h) % season]!;
  });
}

/** The mean absolute error at each phase of the season. */
function usualErrors({ values, origins, forecasts, season }: TestedForecasts): Float64Array {
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  forecasts.forEach((forecast, o) =>
    forecast.forEach((it, h) => {
      const at = origins[o]! + h;
      sums[at % season]! += Math.abs(values[at]! - it);
      counts[at % season]!++;
    }),
  );
  const mean = sums.reduce((sum, it) => sum + it, 0) / counts.reduce((sum, it) => sum + it, 0);
  return sums.map((sum, phase) => (counts[phase]! > 0 ? Math.max(sum / counts[phase]!, CERTAIN_MOST * mean) : mean));
}

/** The ⌈share × (n + 1)⌉-th smallest, as conformal prediction takes it; the largest where there are too few. */
function quantile(errors: number[], share: number): number {
  const sorted = Float64Array.from(errors).sort();
  return sorted[Math.min(Math.ceil(share * (sorted.length + 1)), sorted.length) - 1]!;
}
