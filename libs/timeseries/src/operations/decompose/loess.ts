/** Local regression on evenly spaced values, as STL uses it (Cleveland et al. 1990). */

export interface Loess {
  /** How many values take part in each fit. */
  window: number;
  degree: 0 | 1;
  /** Fitted at each so many values, and on straight lines between. */
  jump: number;
}

/** Smooths `count` values from `from` of `y` into `out`. `weights`, if any, are of the values of `y`. */
export function loess(
  y: Float64Array,
  count: number,
  { window, degree, jump }: Loess,
  weights: Float64Array | undefined,
  out: Float64Array,
): void {
  if (count < 2) {
    out[0] = y[0]!;
    return;
  }
  const step = Math.min(jump, count - 1);
  const fit = { y, count, window, degree, weights, buffer: new Float64Array(count) };
  let left = 0;
  let right = Math.min(window, count) - 1;
  const half = (window + 1) >> 1;
  for (let i = 0; i < count; i += step) {
    if (window < count) {
      left = Math.min(Math.max(i + 1 - half, 0), count - window);
      right = left + window - 1;
    }
    out[i] = estimate(fit, i, left, right) ?? y[i]!;
  }
  if (step === 1) return;
  for (let i = 0; i + step < count; i += step) interpolate(out, i, i + step);
  const last = Math.floor((count - 1) / step) * step;
  if (last === count - 1) return;
  out[count - 1] = estimate(fit, count - 1, left, right) ?? y[count - 1]!;
  interpolate(out, last, count - 1);
}

function interpolate(values: Float64Array, from: number, to: number): void {
  const rise = (values[to]! - values[from]!) / (to - from);
  for (let i = from + 1; i < to; i++) values[i] = values[from]! + rise * (i - from);
}

export interface LocalFit {
  y: Float64Array;
  count: number;
  window: number;
  degree: 0 | 1;
  weights: Float64Array | undefined;
  /** Of `count` numbers; overwritten. */
  buffer: Float64Array;
}

/** The local fit at `x` (which may lie one outside) to the values left … right; undefined where all their weights are 0. */
export function estimate(
  { y, count, window, degree, weights, buffer }: LocalFit,
  x: number,
  left: number,
  right: number,
): number | undefined {
  let reach = Math.max(x - left, right - x);
  if (window > count) reach += (window - count) >> 1;
  const near = 0.001 * reach;
  const far = 0.999 * reach;
  let sum = 0;
  for (let j = left; j <= right; j++) {
    const distance = Math.abs(j - x);
    let weight = 0;
    if (distance <= far) {
      const share = distance / reach;
      const cubed = 1 - share * share * share;
      weight = distance <= near ? 1 : cubed * cubed * cubed;
      if (weights) weight *= weights[j]!;
    }
    buffer[j] = weight;
    sum += weight;
  }
  if (sum <= 0) return undefined;
  for (let j = left; j <= right; j++) buffer[j]! /= sum;
  if (reach > 0 && degree > 0) tilt(buffer, x, left, right, count);
  let fitted = 0;
  for (let j = left; j <= right; j++) fitted += buffer[j]! * y[j]!;
  return fitted;
}

/** Weights of a local mean become those of a local line. */
function tilt(buffer: Float64Array, x: number, left: number, right: number, count: number): void {
  let centre = 0;
  for (let j = left; j <= right; j++) centre += buffer[j]! * j;
  let spread = 0;
  for (let j = left; j <= right; j++) spread += buffer[j]! * (j - centre) * (j - centre);
  if (Math.sqrt(spread) <= 0.001 * (count - 1)) return;
  const slope = (x - centre) / spread;
  for (let j = left; j <= right; j++) buffer[j]! *= slope * (j - centre) + 1;
}
