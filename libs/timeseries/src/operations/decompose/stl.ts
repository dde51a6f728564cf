/** STL: a series as trend, season and remainder by local regression (Cleveland, Cleveland, McRae & Terpenning 1990). */
import { estimate, loess, type Loess } from './loess.js';

export interface StlOptions {
  /** Steps in a season. */
  season: number;
  /** Odd numbers of values that take part in a fit: of the season, from cycle to cycle; of the trend; of the low-pass filter. */
  seasonalWindow: number;
  trendWindow: number;
  lowPassWindow: number;
  /** Fitted at each so many values: 1 is exact. */
  seasonalJump: number;
  trendJump: number;
  lowPassJump: number;
  innerLoops: number;
  /** 0: not robust. */
  outerLoops: number;
}

export interface Stl {
  trend: Float64Array;
  seasonal: Float64Array;
  residual: Float64Array;
  /** What each value counted in the last loop, 0 … 1; none where it is not robust. */
  weights: Float64Array | undefined;
}

/** At least two seasons of values, no NaN. `progress` is told after each pass. */
export function stl(values: Float64Array, options: StlOptions, progress?: (done: number) => void): Stl {
  const { season, outerLoops, innerLoops } = options;
  const count = values.length;
  const trend = new Float64Array(count);
  const seasonal = new Float64Array(count);
  let weights: Float64Array | undefined;
  const space = {
    cycles: new Float64Array(count + 2 * season),
    a: new Float64Array(count + 2 * season),
    b: new Float64Array(count + 2 * season),
  };
  for (let outer = 0; outer <= outerLoops; outer++) {
    for (let inner = 0; inner < innerLoops; inner++) {
      innerLoop(values, { trend, seasonal, weights, ...space }, options);
      progress?.((outer * innerLoops + inner + 1) / ((outerLoops + 1) * innerLoops));
    }
    if (outer < outerLoops) weights = robustnessWeights(values, trend, seasonal);
  }
  return { trend, seasonal, weights, residual: values.map((value, i) => value - trend[i]! - seasonal[i]!) };
}

interface Work {
  trend: Float64Array;
  seasonal: Float64Array;
  weights: Float64Array | undefined;
  /** Each a season longer than the series at both ends together twice. */
  cycles: Float64Array;
  a: Float64Array;
  b: Float64Array;
}

function innerLoop(values: Float64Array, { trend, seasonal, weights, cycles, a, b }: Work, options: StlOptions): void {
  const { season } = options;
  const count = values.length;
  for (let i = 0; i < count; i++) a[i] = values[i]! - trend[i]!;
  smoothCycles(a, count, options, weights, cycles);
  movingMean(cycles, count + 2 * season, season, a);
  movingMean(a, count + season + 1, season, b);
  movingMean(b, count + 2, 3, a);
  loess(a, count, { window: options.lowPassWindow, degree: 1, jump: options.lowPassJump }, undefined, b);
  for (let i = 0; i < count; i++) seasonal[i] = cycles[i + season]! - b[i]!;
  for (let i = 0; i < count; i++) a[i] = values[i]! - seasonal[i]!;
  loess(a, count, { window: options.trendWindow, degree: 1, jump: options.trendJump }, weights, trend);
}

/** The values of one phase of the season each (all Mondays, …), smoothed and extended by one at both ends. */
function smoothCycles(y: Float64Array, count: number, options: StlOptions, weights: Float64Array | undefined, out: Float64Array): void {
  const { season, seasonalWindow } = options;
  const how: Loess = { window: seasonalWindow, degree: 1, jump: options.seasonalJump };
  const longest = Math.ceil(count / season);
  const phase = new Float64Array(longest);
  const smooth = new Float64Array(longest);
  const phaseWeights = weights && new Float64Array(longest);
  const buffer = new Float64Array(longest);
  for (let first = 0; first < season; first++) {
    const cycles = Math.floor((count - first - 1) / season) + 1;
    for (let k = 0; k < cycles; k++) phase[k] = y[first + k * season]!;
    if (weights && phaseWeights) for (let k = 0; k < cycles; k++) phaseWeights[k] = weights[first + k * season]!;
    loess(phase, cycles, how, phaseWeights, smooth);
    for (let k = 0; k < cycles; k++) out[first + (k + 1) * season] = smooth[k]!;
    const fit = { y: phase, count: cycles, window: seasonalWindow, degree: 1 as const, weights: phaseWeights, buffer };
    const near = Math.min(seasonalWindow, cycles);
    out[first] = estimate(fit, -1, 0, near - 1) ?? smooth[0]!;
    out[first + (cycles + 1) * season] = estimate(fit, cycles, cycles - near, cycles - 1) ?? smooth[cycles - 1]!;
  }
}

/** Means of `length` values each: `count − length + 1` of them. */
function movingMean(y: Float64Array, count: number, length: number, out: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += y[i]!;
  out[0] = sum / length;
  for (let i = length; i < count; i++) {
    sum += y[i]! - y[i - length]!;
    out[i - length + 1] = sum / length;
  }
}

/** Bisquare, of six times the median of the remainders. */
function robustnessWeights(values: Float64Array, trend: Float64Array, seasonal: Float64Array): Float64Array {
  const sizes = values.map((value, i) => Math.abs(value - trend[i]! - seasonal[i]!));
  const sorted = sizes.slice().sort();
  const count = sorted.length;
  const reach = 3 * (sorted[count >> 1]! + sorted[count - (count >> 1) - 1]!);
  return sizes.map((size) => {
    if (size <= 0.001 * reach) return 1;
    if (size > 0.999 * reach) return 0;
    return (1 - (size / reach) ** 2) ** 2;
  });
}
