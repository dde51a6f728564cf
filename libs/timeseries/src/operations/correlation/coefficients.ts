/** Coefficients of correlation, and how seldom chance alone gives one so large. */

export type Coefficient = 'pearson' | 'spearman';

export interface Correlation {
  /** NaN where one side does not change, or there are too few pairs. */
  correlation: number;
  /** How many times both have a value. */
  pairs: number;
  /** Two-sided, for independent pairs. */
  p: number;
}

/** Over the rows at which both have a value; fewer than `pairsMin` give nothing. */
export function correlationOf(x: Float64Array, y: Float64Array, method: Coefficient, pairsMin = 2): Correlation {
  const isPair = (_: number, i: number) => x[i] === x[i] && y[i] === y[i];
  let pairs = 0;
  for (let i = 0; i < x.length; i++) if (x[i] === x[i] && y[i] === y[i]) pairs++;
  if (pairs < Math.max(2, pairsMin)) return { correlation: NaN, pairs, p: NaN };
  const both = [x, y].map((column) => (pairs === x.length ? column : column.filter(isPair)));
  const [a, b] = method === 'spearman' ? both.map(ranksOf) : both;
  const correlation = pearson(a!, b!);
  return { correlation, pairs, p: chanceOf(correlation, pairs) };
}

export function pearson(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  const meanX = x.reduce((sum, it) => sum + it, 0) / n;
  const meanY = y.reduce((sum, it) => sum + it, 0) / n;
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  if (isConstant(x) || isConstant(y)) return NaN;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/** Rounding of the mean would make squares of it. */
const isConstant = (values: Float64Array): boolean => values.every((it) => it === values[0]);

/** From 1; equal values share the mean of their ranks. */
export function ranksOf(value: Float64Array): Float64Array {
  const order = Uint32Array.from(value.keys()).sort((a, b) => value[a]! - value[b]!);
  const ranks = new Float64Array(value.length);
  for (let i = 0; i < order.length;) {
    let same = i;
    while (same < order.length && value[order[same]!] === value[order[i]!]) same++;
    for (let k = i; k < same; k++) ranks[order[k]!] = (i + 1 + same) / 2;
    i = same;
  }
  return ranks;
}

/** Of Student's t with n − 2 degrees of freedom: P(|T| ≥ t) = I(1 − r²; (n − 2)/2, 1/2). */
export function chanceOf(correlation: number, pairs: number): number {
  if (pairs < 3 || Number.isNaN(correlation)) return NaN;
  return incompleteBeta(1 - correlation ** 2, (pairs - 2) / 2, 0.5);
}

/** The regularised incomplete beta function, by its continued fraction (Abramowitz & Stegun 26.5.8; Lentz's way). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  let fraction = 1;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  fraction = d;
  for (let m = 1; m <= TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / nonZero(1 + term * d);
      c = nonZero(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return (fraction * Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b))) / a;
}

/** More than are needed for millions of pairs. */
const TERMS_MAX = 10_000;

const nonZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series, from 20 on; smaller ones by the recurrence. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 20; z++) shift += Math.log(z);
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
