/** `histogram`: how many readings lie between which values, of the whole range or window by window. */
import { OperationError } from '../operation-errors.js';
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, presentPoints, resultSeries } from '../series-columns.js';
import { EVERY, TIME_ZONE } from '../time-grid.js';
import { between, quantileOfSorted } from './quantile.js';
import { windowsOf } from './windowed.js';

const BINS_MAX = 1_000;

export const histogram: Operation = {
  name: 'histogram',
  label: 'Histogram',
  description: 'How many readings lie in each bin of values. With a window length, one histogram for each window, as for a heat map.',
  source: 'Freedman & Diaconis 1981',
  parameters: [
    {
      name: 'bins',
      label: 'Bins',
      description: 'How many bins of equal width. Left out: by the rule of Freedman and Diaconis.',
      type: 'integer',
      min: 1,
      max: BINS_MAX,
      optional: true,
    },
    {
      name: 'from',
      label: 'From',
      description: 'Where the first bin begins. Left out: at the lowest value.',
      type: 'number',
      optional: true,
    },
    { name: 'to', label: 'To', description: 'Where the last bin ends. Left out: at the highest value.', type: 'number', optional: true },
    { ...EVERY, optional: true, description: `${EVERY.description} Left out: the whole range is one window.` },
    TIME_ZONE,
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 50 },
  columns: [
    { name: 'lower', label: 'From', kind: 'number' },
    { name: 'upper', label: 'To', kind: 'number' },
    { name: 'count', label: 'Readings', kind: 'number' },
    { name: 'share', label: 'Share', kind: 'number' },
    { name: 'density', label: 'Density', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const results = inputs.map((input, at) => {
      progress?.(at / inputs.length);
      return histogramOf(input, values);
    });
    const fields = results.map(({ said }, at) => ({ field: labelOf(inputs[at]!), ...said }));
    return { series: results.map(({ series }) => series), summary: { fields } };
  },
};

function histogramOf(input: SeriesInput, values: Values): { series: ResultSeries; said: Record<string, unknown> } {
  const { time, value } = presentPoints(input);
  const edges = edgesOf(value, values);
  const { starts, bounds } = windowsOf(time, values);
  const bins = edges.length - 1;
  const rows = starts.length * bins;
  const bin = (row: number) => row % bins;
  const count = new Float64Array(rows);
  const totals = starts.map((_, w) =>
    countInto(count.subarray(w * bins, (w + 1) * bins), value.subarray(bounds[w]!, bounds[w + 1]!), edges),
  );
  const lower = count.map((_, row) => edges[bin(row)]!);
  const upper = count.map((_, row) => edges[bin(row) + 1]!);
  const share = count.map((it, row) => it / totals[Math.floor(row / bins)]!);
  const scale = scaleOf(edges[0]!, edges[bins]!);
  const density = share.map((it, row) => (it * scale) / (upper[row]! * scale - lower[row]! * scale));
  const at = count.map((_, row) => starts[Math.floor(row / bins)]!);
  const inside = totals.reduce((sum, it) => sum + it, 0);
  return {
    series: resultSeries(input, at, { lower, upper, count, share, density }),
    said: { bins, rule: values.bins === undefined ? 'freedman-diaconis' : 'given', readings: value.length, outside: value.length - inside },
  };
}

/** A power of two, by which differences between the two are not beyond a double. */
const scaleOf = (low: number, high: number): number => (Number.isFinite(high - low) ? 1 : 1 / 8);

/** As NumPy: where all values are the same, half a unit on both sides; of larger values, as much as tells all bins apart. */
function edgesOf(value: Float64Array, values: Values): Float64Array {
  if (value.length === 0) return new Float64Array(1);
  let low = (values.from as number | undefined) ?? value.reduce((a, b) => Math.min(a, b), Infinity);
  let high = (values.to as number | undefined) ?? value.reduce((a, b) => Math.max(a, b), -Infinity);
  if (high < low) {
    const parameter = values.to === undefined ? 'from' : 'to';
    throw new OperationError(
      `"${parameter}" leaves nothing between ${low} and ${high}; choose "from" below "to" and within the values`,
      parameter,
    );
  }
  if (high === low) {
    const half = Math.max(0.5, Math.abs(low) * BINS_MAX * Number.EPSILON);
    [low, high] = [Math.max(low - half, -Number.MAX_VALUE), Math.min(high + half, Number.MAX_VALUE)];
  }
  const bins = (values.bins as number | undefined) ?? freedmanDiaconis(value, low, high);
  const step = (high - low) / bins;
  const edgeAt = (i: number) => (Number.isFinite(step) ? low + i * step : between(low, high, i / bins));
  return Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : edgeAt(i)));
}

/** Bins as wide as twice the spread between the quartiles over the cube root of the number of values; one where that is nothing. */
function freedmanDiaconis(value: Float64Array, low: number, high: number): number {
  const scale = scaleOf(low, high);
  const sorted = value
    .filter((it) => it >= low && it <= high)
    .map((it) => it * scale)
    .sort();
  const width = (2 * (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25))) / Math.cbrt(sorted.length);
  return width > 0 ? Math.min(BINS_MAX, Math.max(1, Math.ceil((high * scale - low * scale) / width))) : 1;
}

/** How many lie within the edges; a bin holds its lower edge, the last one also its upper. */
function countInto(counts: Float64Array, value: Float64Array, edges: Float64Array): number {
  const bins = edges.length - 1;
  const low = edges[0]!;
  const high = edges[bins]!;
  const scale = scaleOf(low, high);
  const span = high * scale - low * scale;
  let inside = 0;
  for (const it of value) {
    if (it < low || it > high) continue;
    let bin = Math.min(bins - 1, Math.floor(((it * scale - low * scale) / span) * bins));
    if (it < edges[bin]!) bin--;
    else if (bin < bins - 1 && it >= edges[bin + 1]!) bin++;
    counts[bin]!++;
    inside++;
  }
  return inside;
}
