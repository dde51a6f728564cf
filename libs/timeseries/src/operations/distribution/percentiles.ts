/** `percentiles`: below which values the readings lie, of the whole range or window by window. */
import { OperationError } from '../operation-errors.js';
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, orNull, presentPoints, resultSeries } from '../series-columns.js';
import { EVERY, TIME_ZONE } from '../time-grid.js';
import { quantileOfSorted } from './quantile.js';
import { windowsOf } from './windowed.js';

export const percentiles: Operation = {
  name: 'percentiles',
  label: 'Percentiles',
  description: 'The values below which a given share of the readings lies: the median, the quartiles, the 95th percentile.',
  source: 'Hyndman & Fan 1996, type 7',
  parameters: [
    {
      name: 'percentiles',
      label: 'Percentiles',
      description: 'The shares in percent, each from 0 to 100.',
      type: 'numbers',
      maxLength: 100,
      default: [5, 25, 50, 75, 95],
    },
    { ...EVERY, optional: true, description: `${EVERY.description} Left out: the whole range is one window.` },
    TIME_ZONE,
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 50 },
  columns: [
    { name: 'percentile', label: 'Percentile', kind: 'number' },
    { name: 'value', label: 'Value', kind: 'number' },
    { name: 'count', label: 'Readings', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const shares = sharesOf(values);
    const series = inputs.map((input, at) => {
      progress?.(at / inputs.length);
      return percentilesOf(input, values, shares);
    });
    const fields = series.map((it, at) => ({ field: labelOf(inputs[at]!), last: lastWindow(it, shares.length) }));
    return { series, summary: { percentiles: shares, fields } };
  },
};

function sharesOf({ percentiles: given }: Values): number[] {
  const shares = [...new Set(given as readonly number[])].sort((a, b) => a - b);
  const odd = shares.find((share) => share < 0 || share > 100);
  if (odd === undefined) return shares;
  throw new OperationError(`"percentiles" must lie between 0 and 100, not ${odd}`, 'percentiles');
}

function percentilesOf(input: SeriesInput, values: Values, shares: number[]): ResultSeries {
  const { time, value } = presentPoints(input);
  const { starts, bounds } = windowsOf(time, values);
  const rows = starts.length * shares.length;
  const columns = { percentile: new Float64Array(rows), value: new Float64Array(rows), count: new Float64Array(rows) };
  for (let w = 0, row = 0; w < starts.length; w++) {
    const sorted = value.slice(bounds[w]!, bounds[w + 1]!).sort();
    for (const share of shares) {
      columns.percentile[row] = share;
      columns.value[row] = quantileOfSorted(sorted, share / 100);
      columns.count[row++] = sorted.length;
    }
  }
  return resultSeries(
    input,
    columns.value.map((_, row) => starts[Math.floor(row / shares.length)]!),
    columns,
  );
}

/** Of the last window, which without `every` is all there is: `{ p50: … }`. */
function lastWindow({ columns }: ResultSeries, count: number): Record<string, number | null> {
  const { percentile, value } = columns as Record<string, Float64Array>;
  const rows = [...percentile!.keys()].slice(-count);
  return Object.fromEntries(rows.map((row) => [`p${percentile![row]!}`, orNull(value![row])]));
}
