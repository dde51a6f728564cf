/** Windows by looking up every reading's window: for the in-memory series store. */
import { SeriesStoreError, type Aggregate, type Every, type SeriesColumns, type SeriesQuery } from '#ports';
import { startsOf } from '#timeseries';
import { filled, runsOf } from '../shared/window-answer.js';
import type { Value } from './series-store-upcasts.js';

export interface FieldValues {
  values: Value[];
  isText: boolean;
}

/** `time` ascending, and a column a field, each as long. */
export function windowed(query: SeriesQuery & { every: Every }, time: number[], columns: FieldValues[]): SeriesColumns {
  const starts = startsOf(runsOf(query));
  const groups: number[][] = Array.from(starts, () => []);
  time.forEach((at, row) => groups[starts.findLastIndex((start) => start <= at)]!.push(row));
  const filling = query.fill !== undefined && query.fill !== 'none';
  const kept = groups.map((rows, i) => ({ rows, start: starts[i]! })).filter(({ rows }) => filling || rows.length > 0);
  const answer: SeriesColumns = { of: time.length, time: Float64Array.from(kept, ({ start }) => start), fields: {} };
  query.fields.forEach((field, i) => {
    const { values: column, isText } = columns[i]!;
    const count = Float64Array.from(kept, ({ rows }) => rows.filter((row) => column[row] !== null).length);
    for (const fn of query.fn?.length ? query.fn : (['mean'] as const)) {
      if (isText && !['first', 'last', 'count'].includes(fn))
        throw new SeriesStoreError('request.bad-parameter', `"${field}" is text: it has no ${fn}`);
      const cells = kept.map(({ rows }) =>
        aggregate(
          rows.map((row) => column[row]!).filter((value) => value !== null),
          fn,
        ),
      );
      const given =
        isText && fn !== 'count' ? (cells as (string | null)[]) : Float64Array.from(cells, (cell) => (cell as number | null) ?? NaN);
      (answer.fields[field] ??= {})[fn] = filled(given, { fn, fill: query.fill ?? 'none', time: answer.time, count });
    }
  });
  return answer;
}

/** `values` in (time, position, index) order, none missing. */
function aggregate(values: (number | string)[], fn: Aggregate): Value {
  if (fn === 'count') return values.length;
  if (fn === 'first') return values[0] ?? null;
  if (fn === 'last') return values.at(-1) ?? null;
  const numbers = values as number[];
  if (numbers.length === 0) return null;
  const sum = numbers.reduce((total, value) => total + value, 0);
  const mean = sum / numbers.length;
  switch (fn) {
    case 'mean':
      return mean;
    case 'sum':
      return sum;
    case 'min':
      return numbers.reduce((a, b) => Math.min(a, b));
    case 'max':
      return numbers.reduce((a, b) => Math.max(a, b));
    case 'stddev':
      return numbers.length < 2 ? null : Math.sqrt(numbers.reduce((total, value) => total + (value - mean) ** 2, 0) / (numbers.length - 1));
    default:
      return quantile(numbers, fn === 'median' ? 0.5 : Number(fn.slice(1)) / 100);
  }
}

/** Linear interpolation between the two nearest: the default of NumPy. */
function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}
