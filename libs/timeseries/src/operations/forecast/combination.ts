/** Several models as one: their mean, each weighted by how well it did in the back-test. */
import type { Tested } from './backtest.js';

/** The weight of a model goes down with this power of its error. */
const POWER = 4;

/** What weighs less than this share of the whole is left out, and need not be fitted. */
const SHARE_MIN = 0.01;

export interface Member extends Tested {
  /** All together 1. */
  weight: number;
}

/** In descending order of weight. */
export function combine(tested: readonly Tested[]): Member[] {
  const least = Math.min(...tested.map(({ error }) => error));
  const weighted = tested.map((one) => ({ ...one, weight: least > 0 ? (least / one.error) ** POWER : Number(one.error === 0) }));
  const total = sumOf(weighted);
  const kept = weighted.filter(({ weight }) => weight >= SHARE_MIN * total);
  const rest = sumOf(kept);
  return kept.map((one) => ({ ...one, weight: one.weight / rest })).sort((a, b) => b.weight - a.weight);
}

export function weightedMean(forecasts: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const mean = new Float64Array(forecasts[0]?.length ?? 0);
  forecasts.forEach((forecast, k) => forecast.forEach((value, h) => (mean[h]! += weights[k]! * value)));
  return mean;
}

/** The forecasts of all from each origin. */
export function combinedForecasts(members: readonly Member[]): Float64Array[] {
  const weights = members.map(({ weight }) => weight);
  return members[0]!.forecasts.map((_, o) =>
    weightedMean(
      members.map(({ forecasts }) => forecasts[o]!),
      weights,
    ),
  );
}

const sumOf = (weighted: readonly { weight: number }[]): number => weighted.reduce((sum, { weight }) => sum + weight, 0);
