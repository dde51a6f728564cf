/** The equations of Holt–Winters, and where they begin. */
import { dampedSteps } from '../double-exponential-smoothing/holt.js';

export interface HoltWintersShares {
  alpha: number;
  beta: number;
  gamma: number;
  /** 1: the trend is not damped. */
  phi: number;
}

/** Plain JSON. */
export interface HoltWintersState {
  level: number;
  /** A step. */
  trend: number;
  /** One number for each step of the season: added to the level, or multiplied with it. */
  seasonal: number[];
  /** Which of them is next. */
  next: number;
}

/** Winters 1960, in the form of R's `HoltWinters`. Changes `state`; gives what was expected. Without a value (NaN) it goes on as expected. */
export function stepHoltWinters(state: HoltWintersState, value: number, shares: HoltWintersShares, isMultiplicative: boolean): number {
  const { alpha, beta, gamma, phi } = shares;
  const { level, next } = state;
  const season = state.seasonal[next]!;
  const trend = phi * state.trend;
  const expectedLevel = level + trend;
  const expected = isMultiplicative ? expectedLevel * season : expectedLevel + season;
  if (value !== value) {
    skipHoltWinters(state, 1, phi);
    return expected;
  }
  state.next = next + 1 === state.seasonal.length ? 0 : next + 1;
  state.level = alpha * (isMultiplicative ? value / season : value - season) + (1 - alpha) * expectedLevel;
  state.trend = beta * (state.level - level) + (1 - beta) * trend;
  state.seasonal[next] = gamma * (isMultiplicative ? value / state.level : value - state.level) + (1 - gamma) * season;
  return expected;
}

/** Goes on as expected for so many steps. */
export function skipHoltWinters(state: HoltWintersState, steps: number, phi: number): void {
  if (steps === 0) return;
  state.level += dampedSteps(phi, steps) * state.trend;
  state.trend *= phi ** steps;
  state.next = (state.next + steps) % state.seasonal.length;
}

/** What is expected `ahead` steps (1, 2, …) after the latest. */
export function aheadHoltWinters(state: HoltWintersState, ahead: number, phi: number, isMultiplicative: boolean): number {
  const level = state.level + dampedSteps(phi, ahead) * state.trend;
  const season = state.seasonal[(state.next + ahead - 1) % state.seasonal.length]!;
  return isMultiplicative ? level * season : level + season;
}

/**
 * From two whole seasons: the line through their means, and what the values differ from it on average. The state is that after the first
 * season, so the second is the first that is smoothed.
 */
export function beginHoltWinters(values: ArrayLike<number>, season: number, isMultiplicative: boolean): HoltWintersState {
  let first = 0;
  let second = 0;
  for (let i = 0; i < season; i++) {
    first += values[i]! / season;
    second += values[i + season]! / season;
  }
  const trend = (second - first) / season;
  const line = (i: number): number => first + trend * (i - (season - 1) / 2);
  const off = (i: number): number => (isMultiplicative ? values[i]! / line(i) : values[i]! - line(i));
  const seasonal = Array.from({ length: season }, (_, i) => (off(i) + off(i + season)) / 2);
  const mean = seasonal.reduce((sum, it) => sum + it, 0) / season;
  return {
    level: line(season - 1),
    trend,
    seasonal: seasonal.map((it) => (isMultiplicative ? it / mean : it - mean)),
    next: 0,
  };
}
