/** Simple, Holt's and damped exponential smoothing of values whose season, if any, is taken out before and put back after; Theta. */
import { dampedSteps, stepHolt } from '../../double-exponential-smoothing/holt.js';
import { fitShares } from '../../fitting/fit-shares.js';
import { autocorrelations } from '../../season-length.js';
import { roll, type Fitted, type ForecastModel, type Seasons } from '../model.js';
import { isSeasonal, seasonalIndices, without, withSeason, type SeasonalIndices } from '../seasonal-indices.js';

export const simple: ForecastModel = smoothing('ses', 'Simple exponential smoothing', [undefined, 0, 1]);
export const holt: ForecastModel = smoothing('holt', 'Holt', [undefined, undefined, 1]);
export const damped: ForecastModel = smoothing('damped', 'Holt, damped', [undefined, undefined, undefined]);

/** Assimakopoulos & Nikolopoulos 2000, in the form of Hyndman & Billah 2003: simple smoothing, with half the slope of the whole. */
export const theta: ForecastModel = {
  name: 'theta',
  label: 'Theta',
  needs: () => 4,
  fit(values, seasons) {
    const indices = indicesOf(values, seasons);
    const [alpha] = fitted(deseasonalised(values, indices), [undefined, 0, 1], false);
    return thetaWith(alpha!, indices);
  },
};

export const thetaWith = (alpha: number, indices: SeasonalIndices): Fitted => ({
  parameters: { alpha },
  from: (all, origins, horizon) => thetaFrom(all, origins, horizon, alpha, indices),
});

function thetaFrom(
  values: Float64Array,
  origins: readonly number[],
  horizon: number,
  alpha: number,
  indices: SeasonalIndices,
): Float64Array[] {
  let level = 0;
  const sums = { y: 0, ty: 0 };
  return roll(values, origins, horizon, {
    take(value, at) {
      const rest = without(value, at, indices);
      level = at === 0 ? rest : level + alpha * (rest - level);
      sums.y += rest;
      sums.ty += at * rest;
    },
    ahead(h, n) {
      const slope = (sums.ty - ((n - 1) / 2) * sums.y) / ((n * (n * n - 1)) / 12);
      const drift = (slope / 2) * (h - 1 + (1 - (1 - alpha) ** n) / alpha);
      return withSeason(level + drift, n + h - 1, indices);
    },
  });
}

type Given = readonly [number | undefined, number | undefined, number | undefined];

function smoothing(name: string, label: string, given: Given): ForecastModel {
  return { name, label, needs: () => 4, fit: (values, seasons) => fit(values, seasons, given) };
}

function fit(values: Float64Array, seasons: Seasons, given: Given): Fitted {
  const indices = indicesOf(values, seasons);
  const hasTrend = given[1] === undefined;
  const [alpha, beta, phi] = fitted(deseasonalised(values, indices), given, hasTrend) as [number, number, number];
  return smoothingWith(hasTrend ? { alpha, beta, phi } : { alpha }, indices);
}

/** Simple without `beta`, damped with a `phi` below 1. */
export function smoothingWith({ alpha, beta, phi = 1 }: { alpha: number; beta?: number; phi?: number }, indices: SeasonalIndices): Fitted {
  const hasTrend = beta !== undefined;
  const shares = { alpha, beta: beta ?? 0, phi };
  return {
    parameters: { alpha, ...(hasTrend && { beta }), ...(phi < 1 && { phi }) },
    from(all, origins, horizon) {
      const state = { level: 0, trend: 0 };
      return roll(all, origins, horizon, {
        take: (value, at) => advance(state, without(value, at, indices), at, shares, hasTrend),
        ahead: (h, origin) => withSeason(state.level + dampedSteps(phi, h) * state.trend, origin + h - 1, indices),
      });
    },
  };
}

type Level = Parameters<typeof stepHolt>[0];
type Shares = Parameters<typeof stepHolt>[2];

/** Begins with the first value or, where there is a trend, with the line through the first two. Gives what was expected. */
function advance(state: Level, value: number, at: number, shares: Shares, hasTrend: boolean): number {
  if (at > 1 || (at === 1 && !hasTrend)) return stepHolt(state, value, shares);
  if (at === 1) state.trend = value - state.level;
  state.level = value;
  return NaN;
}

const STARTS = [
  [0.2, 0.05, 0.95],
  [0.8, 0.1, 0.9],
];

function fitted(values: Float64Array, given: Given, hasTrend: boolean): number[] {
  const criterion = ([alpha, beta, phi]: readonly number[]): number => {
    const state = { level: 0, trend: 0 };
    const shares = { alpha: alpha!, beta: beta!, phi: phi! };
    let sum = 0;
    for (let at = 0; at < values.length; at++) {
      const error = values[at]! - advance(state, values[at]!, at, shares, hasTrend);
      if (error === error) sum += error * error;
    }
    return sum;
  };
  return fitShares(criterion, given, STARTS, [
    [0.0001, 0.9999],
    [0.0001, 0.9999],
    [0.8, 0.98],
  ]);
}

function indicesOf(values: Float64Array, { season }: Seasons): SeasonalIndices {
  const isThere = isSeasonal(autocorrelations(values, season), season, values.length);
  return seasonalIndices(
    values,
    isThere ? season : 1,
    values.every((value) => value > 0),
  );
}

const deseasonalised = (values: Float64Array, indices: SeasonalIndices): Float64Array =>
  values.map((value, at) => without(value, at, indices));
