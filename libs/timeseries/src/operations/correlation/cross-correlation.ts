/** `cross-correlation`: whether one field follows another, and how much later. */
import { parseEvery, UNIT_MS } from '../../every.js';
import { OperationError } from '../operation-errors.js';
import type { Operation } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, orNull, resultSeries } from '../series-columns.js';
import { fft, inverseFft, powerOfTwo } from '../spectrum/fft.js';
import type { Detrend } from '../spectrum/welch.js';
import { EVERY } from '../time-grid.js';
import { align, ALIGN_FUNCTIONS, refuseTwice } from './aligned.js';

export const crossCorrelation: Operation = {
  name: 'cross-correlation',
  label: 'Cross-correlation',
  description: 'How two fields correlate when one is shifted in time. At a positive lag the second follows the first.',
  source: 'Box & Jenkins 1976; Bartlett 1946 (bound)',
  parameters: [
    { ...EVERY, optional: true, description: `${EVERY.description} Lags are whole windows. Left out: about one reading each.` },
    {
      name: 'fn',
      label: 'Function',
      description: 'What becomes of several values in a window.',
      type: 'choice',
      choices: ALIGN_FUNCTIONS,
      default: 'mean',
    },
    {
      name: 'lagMax',
      label: 'Longest lag',
      description: 'How far one field is shifted, both ways. Left out: a quarter of the range, at most 500 windows.',
      type: 'duration',
      optional: true,
    },
    {
      name: 'detrend',
      label: 'Take out',
      description: 'Common trends correlate at every lag: the mean alone (constant), or the straight line too, is taken out of both.',
      type: 'choice',
      choices: ['constant', 'linear'],
      default: 'constant',
    },
  ],
  input: { kind: 'number', fieldsMin: 2, fieldsMax: 2 },
  columns: [
    { name: 'lag', label: 'Lag (s)', kind: 'number' },
    { name: 'correlation', label: 'Correlation', kind: 'number' },
    { name: 'bound', label: 'By chance (95 %)', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const [first, second] = inputs;
    if (!first || !second) throw new OperationError('Two fields are needed; choose a second one', 'fields');
    refuseTwice(inputs);
    const { every, starts, columns } = align(inputs, values);
    progress?.(0.3);
    const step = lengthOf(every);
    const lags = lagsOf(starts.length, step, values);
    const [x, y] = columns.map((column) => deviations(column, values.detrend as Detrend));
    const correlations = correlate(x!, y!, lags);
    const correlation = correlations.xy;
    progress?.(0.7);
    const both = columns[0]!.reduce((sum, it, w) => (it === it && columns[1]![w] === columns[1]![w] ? sum + 1 : sum), 0);
    const bound = 1.96 / Math.sqrt(both);
    const lag = correlation.map((_, k) => ((k - lags) * step) / 1_000);
    const best = highest(correlation);
    const summary = {
      every,
      windows: starts.length,
      common: both,
      first: labelOf(first),
      second: labelOf(second),
      best:
        best === undefined ? null : { lag: lag[best]!, correlation: correlation[best]!, significant: Math.abs(correlation[best]!) > bound },
      bound: orNull(bound),
      ...smoothed(correlations, both, best === undefined ? NaN : correlation[best]!),
    };
    const time = new Float64Array(correlation.length).fill(starts[0] ?? 0);
    return { series: [resultSeries(second, time, { lag, correlation, bound: lag.map(() => bound) })], summary };
  },
};

/** Where it is largest, up or down; undefined where there is none. */
function highest(correlation: Float64Array): number | undefined {
  const known = [...correlation.keys()].filter((k) => Number.isFinite(correlation[k]!));
  return known.length === 0 ? undefined : known.reduce((most, k) => (Math.abs(correlation[k]!) > Math.abs(correlation[most]!) ? k : most));
}

/** A window in ms; lags in months would not be equally long. */
function lengthOf(every: string): number {
  const { count, unit } = parseEvery(every)!;
  const ms = (UNIT_MS as Partial<Record<string, number>>)[unit];
  if (ms !== undefined) return count * ms;
  throw new OperationError('"every" must be of equal length for lags: choose days or weeks instead of months and years', 'every');
}

/** The default, so that most of the windows overlap and the curve can be read. */
function lagsOf(windows: number, step: number, { lagMax }: Values): number {
  const asked = lagMax === undefined ? Math.min(500, Math.floor(windows / 4)) : Math.floor((lagMax as number) / step);
  if (lagMax !== undefined && asked < 1)
    throw new OperationError('"lagMax" is shorter than a window: choose a longer one, or a shorter "every"', 'lagMax');
  return Math.max(0, Math.min(asked, windows - 1));
}

/** From the mean or the line through the values there are; 0 where there is none, which counts neither for nor against. */
function deviations(column: Float64Array, how: Detrend): Float64Array {
  const left = rawDeviations(column, how);
  const most = (values: Float64Array) => values.reduce((high, it) => (Math.abs(it) > high ? Math.abs(it) : high), 0);
  return most(left) > ROUNDING * most(column) ? left : left.fill(0);
}

/** What rounding leaves of a value that never changes, or lies on a line. */
const ROUNDING = 1e-13;

function rawDeviations(column: Float64Array, how: Detrend): Float64Array {
  const { mean, slope, middle } = lineThrough(column);
  const rise = how === 'linear' ? slope : 0;
  return column.map((it, w) => (it === it ? it - mean - rise * (w - middle) : 0));
}

function lineThrough(column: Float64Array) {
  let [n, sumX, sumY] = [0, 0, 0];
  column.forEach((it, w) => it === it && ((n += 1), (sumX += w), (sumY += it)));
  const [middle, mean] = [sumX / n, sumY / n];
  let [xx, xy] = [0, 0];
  column.forEach((it, w) => it === it && ((xx += (w - middle) ** 2), (xy += (w - middle) * (it - mean))));
  return { mean, slope: xx > 0 ? xy / xx : 0, middle };
}

interface Correlations {
  xy: Float64Array;
  xx: Float64Array;
  yy: Float64Array;
}

/**
 * For the lags −`lags` … `lags`: Σ x(t) y(t + lag) / √(Σ x² Σ y²), and the same of each with itself. By transforms, so that it takes
 * n log n: one of x + iy holds both, and one back gives both of the sums with themselves.
 */
function correlate(x: Float64Array, y: Float64Array, lags: number): Correlations {
  const m = powerOfTwo(x.length + lags + 1);
  const [real, imaginary, auto, own] = [new Float64Array(m), new Float64Array(m), new Float64Array(m), new Float64Array(m)];
  real.set(ofUnitPower(x));
  imaginary.set(ofUnitPower(y));
  fft(real, imaginary);
  for (let k = 0; k <= m / 2; k++) crossPowers({ real, imaginary, auto, own }, k, (m - k) % m);
  inverseFft(real, imaginary);
  inverseFft(auto, own);
  const powerOf = (values: Float64Array, sums: Float64Array) => (values.some((it) => it !== 0) ? sums[0]! : 0);
  const [powerX, powerY] = [powerOf(x, auto), powerOf(y, own)];
  const at = (sums: Float64Array, scale: number) =>
    Float64Array.from({ length: x.length === 0 ? 0 : 2 * lags + 1 }, (_, k) => (scale > 0 ? sums[(k - lags + m) % m]! / scale : NaN));
  return { xy: at(real, Math.sqrt(powerX * powerY)), xx: at(auto, powerX), yy: at(own, powerY) };
}

/** Both must be about as large as each other, or the rounding of one would drown the other. */
function ofUnitPower(values: Float64Array): Float64Array {
  const power = values.reduce((sum, it) => sum + it * it, 0);
  return power > 0 ? values.map((it) => it / Math.sqrt(power)) : values;
}

interface Transforms {
  /** First that of x + iy, then that of the sums of x with y. */
  real: Float64Array;
  imaginary: Float64Array;
  /** |X|² and |Y|². */
  auto: Float64Array;
  own: Float64Array;
}

/** X and Y at the frequencies k and −k come from those of x + iy at both; conj(X) Y and the powers take their places. */
function crossPowers({ real, imaginary, auto, own }: Transforms, k: number, mirror: number): void {
  const xr = (real[k]! + real[mirror]!) / 2;
  const xi = (imaginary[k]! - imaginary[mirror]!) / 2;
  const yr = (imaginary[k]! + imaginary[mirror]!) / 2;
  const yi = (real[mirror]! - real[k]!) / 2;
  const across = xr * yi - xi * yr;
  real[k] = real[mirror] = xr * yr + xi * yi;
  imaginary[k] = across;
  imaginary[mirror] = k === mirror ? across : -across;
  auto[k] = auto[mirror] = xr * xr + xi * xi;
  own[k] = own[mirror] = yr * yr + yi * yi;
}

/**
 * Series that change slowly have fewer independent values than windows, and correlate by chance more than the plain bound says. Bartlett:
 * the variance of a cross-correlation is about Σ rx(k) ry(k) / n.
 */
function smoothed({ xx, yy }: Correlations, n: number, best: number) {
  const inflation = Math.max(
    1,
    xx.reduce((sum, it, k) => sum + it * yy[k]!, 0),
  );
  const bound = 1.96 * Math.sqrt(inflation / n);
  return { independent: orNull(n / inflation), boundOfSmooth: orNull(bound), significantThoughSmooth: Math.abs(best) > bound };
}
