/** `cross-correlation`: whether one field follows another, and how much later. */
import { parseEvery, UNIT_MS } from '../../every.js';
import { OperationError } from '../operation-errors.js';
import type { Operation } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, orNull, resultSeries } from '../series-columns.js';
import { fft, inverseFft, powerOfTwo } from '../spectrum/fft.js';
import { detrend, type Detrend } from '../spectrum/welch.js';
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
    const correlation = correlate(x!, y!, lags);
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
      ...smoothed(x!, y!, both, lags, best === undefined ? NaN : correlation[best]!),
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
  const present = column.filter((it) => it === it);
  if (present.length === column.length) {
    const all = column.slice();
    detrend(all, how);
    return all;
  }
  const line =
    how === 'linear' ? lineThrough(column) : { mean: present.reduce((sum, it) => sum + it, 0) / present.length, slope: 0, middle: 0 };
  return column.map((it, w) => (it === it ? it - line.mean - line.slope * (w - line.middle) : 0));
}

function lineThrough(column: Float64Array) {
  let [n, sumX, sumY] = [0, 0, 0];
  column.forEach((it, w) => it === it && ((n += 1), (sumX += w), (sumY += it)));
  const [middle, mean] = [sumX / n, sumY / n];
  let [xx, xy] = [0, 0];
  column.forEach((it, w) => it === it && ((xx += (w - middle) ** 2), (xy += (w - middle) * (it - mean))));
  return { mean, slope: xx > 0 ? xy / xx : 0, middle };
}

/** For the lags −`lags` … `lags`: Σ x(t) y(t + lag) / √(Σ x² Σ y²). By transforms, so that long series take no longer than n log n. */
function correlate(x: Float64Array, y: Float64Array, lags: number): Float64Array {
  const n = x.length;
  if (n === 0) return new Float64Array(0);
  const m = powerOfTwo(n + lags + 1);
  const [a, b, c, d] = [new Float64Array(m), new Float64Array(m), new Float64Array(m), new Float64Array(m)];
  a.set(x);
  c.set(y);
  fft(a, b);
  fft(c, d);
  for (let k = 0; k < m; k++) {
    const real = a[k]! * c[k]! + b[k]! * d[k]!;
    b[k] = a[k]! * d[k]! - b[k]! * c[k]!;
    a[k] = real;
  }
  inverseFft(a, b);
  const squares = (it: Float64Array) => it.reduce((sum, value) => sum + value * value, 0);
  const scale = Math.sqrt(squares(x)) * Math.sqrt(squares(y));
  return Float64Array.from({ length: 2 * lags + 1 }, (_, k) => (scale > 0 ? a[(k - lags + m) % m]! / scale : NaN));
}

/**
 * Series that change slowly have fewer independent values than windows, and correlate by chance more than the plain bound says. Bartlett:
 * the variance of a cross-correlation is about Σ rx(k) ry(k) / n.
 */
function smoothed(x: Float64Array, y: Float64Array, n: number, lags: number, best: number) {
  const [rx, ry] = [correlate(x, x, lags), correlate(y, y, lags)];
  const inflation = Math.max(
    1,
    rx.reduce((sum, it, k) => sum + it * ry[k]!, 0),
  );
  const bound = 1.96 * Math.sqrt(inflation / n);
  return { independent: orNull(n / inflation), boundOfSmooth: orNull(bound), significantThoughSmooth: Math.abs(best) > bound };
}
