/** Holt's level and trend, damped or not, over steps of any length. */

/** All between 0 and 1; phi 1 is undamped. */
export interface HoltShares {
  alpha: number;
  beta: number;
  phi: number;
}

export interface LevelTrend {
  level: number;
  /** A step. */
  trend: number;
}

/** What the trend comes to after `steps`, which need not be whole: φ + φ² + … + φ^steps. */
export function dampedSteps(phi: number, steps: number): number {
  return phi === 1 ? steps : (phi * (1 - phi ** steps)) / (1 - phi);
}

/** Changes `state`; gives what was expected. With steps of 1 these are the equations of Holt 1957 and Gardner & McKenzie 1985. */
export function stepHolt(state: LevelTrend, value: number, { alpha, beta, phi }: HoltShares, steps = 1): number {
  const { level, trend } = state;
  const isOne = steps === 1;
  const expected = level + trend * (isOne ? phi : dampedSteps(phi, steps));
  const levelShare = isOne ? alpha : 1 - (1 - alpha) ** steps;
  const trendShare = isOne ? beta : 1 - (1 - beta) ** steps;
  state.level = expected + levelShare * (value - expected);
  state.trend = trendShare * ((state.level - level) / steps) + (1 - trendShare) * trend * (isOne ? phi : phi ** steps);
  return expected;
}
