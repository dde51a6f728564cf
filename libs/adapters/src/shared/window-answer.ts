/** From aggregates by window to the answer: which functions a part has, what stands where a window has no value. */
import type { Aggregate, Every, Fill, SeriesColumn, SeriesColumns, SeriesQuery } from '#ports';
import { fillLinear, fillPrevious, fillZero, startsOf, UNIT_MS, windowRuns, type WindowRun } from '#timeseries';
import { badQuery } from './series-errors.js';
import type { PartKind } from './series-layout.js';

/** A column of the answer: a function of a field. */
export interface WindowColumn {
  field: string;
  fn: Aggregate;
  kind: PartKind;
  /** Not shown: it tells which windows hold values. */
  hidden?: boolean;
}

/** Where a window holds values, it has these. */
const ALWAYS_TOLD: readonly Aggregate[] = ['count', 'first', 'last', 'min', 'max'];

/** Throws where calendar lengths shall be equally long. */
export function runsOf({ from, to, every, tz, alignedTo }: SeriesQuery & { every: Every }): WindowRun[] {
  if (alignedTo === undefined) return windowRuns(from, to, every, tz);
  if (every.unit === 'mo' || every.unit === 'y') throw badQuery('months and years are not of equal length');
  const step = every.count * UNIT_MS[every.unit];
  return from < to ? [{ start: from, step, count: Math.ceil((to - from) / step) }] : [];
}

/** Throws where a field has no such function. `kinds` as the fields. */
export function windowColumns({ fields, fn, fill = 'none' }: SeriesQuery, kinds: PartKind[]): WindowColumn[] {
  const functions: Aggregate[] = fn && fn.length > 0 ? fn : ['mean'];
  const columns = fields.flatMap((field, i) => functions.map((one) => ({ field, fn: one, kind: resultKind(field, kinds[i]!, one) })));
  const isTold = fill === 'none' || fill === 'null' || functions.includes('count') || functions.every((one) => ALWAYS_TOLD.includes(one));
  if (isTold) return columns;
  return [...columns, ...fields.map((field): WindowColumn => ({ field, fn: 'count', kind: 'number', hidden: true }))];
}

/** `p99.5` → 0.995. Throws for what is no percentile. */
export function quantile(fn: string): number {
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(fn)?.[1];
  if (percent === undefined || Number(percent) > 100) throw badQuery(`"${fn}" is not a function of a window`);
  return Number(percent) / 100;
}

export interface WindowValues {
  /** Readings behind the answer. */
  of: number;
  /** Windows that hold a reading, counted over all runs, ascending. */
  windows: Float64Array;
  /** As `windowColumns`; each as long as `windows`. */
  values: SeriesColumn[];
}

export function windowAnswer(runs: WindowRun[], columns: WindowColumn[], found: WindowValues, fill: Fill = 'none'): SeriesColumns {
  const everyWindow = fill !== 'none';
  const time = everyWindow ? startsOf(runs) : startsAt(runs, found.windows);
  const answer: SeriesColumns = { of: found.of, time, fields: {} };
  const given = found.values.map((column) => (everyWindow ? spreadOut(column, found.windows, time.length) : column));
  const counts = new Map(columns.flatMap(({ field, fn }, i) => (fn === 'count' ? [[field, given[i] as Float64Array]] : [])));
  columns.forEach(({ field, fn, hidden }, i) => {
    if (!hidden) (answer.fields[field] ??= {})[fn] = filled(given[i]!, { fn, fill, time, count: counts.get(field) });
  });
  return answer;
}

function resultKind(field: string, kind: PartKind, fn: Aggregate): PartKind {
  if (kind === 'number' || fn === 'count') return 'number';
  if (fn === 'first' || fn === 'last') return 'text';
  throw badQuery(`"${field}" is text: it has first, last and count, but no ${fn}`);
}

function startsAt(runs: WindowRun[], windows: Float64Array): Float64Array {
  const time = new Float64Array(windows.length);
  let run = 0;
  let base = 0;
  for (let i = 0; i < windows.length; i++) {
    while (windows[i]! >= base + runs[run]!.count) base += runs[run++]!.count;
    time[i] = runs[run]!.start + (windows[i]! - base) * runs[run]!.step;
  }
  return time;
}

function spreadOut(column: SeriesColumn, places: Float64Array, length: number): SeriesColumn {
  const spread = column instanceof Float64Array ? new Float64Array(length).fill(NaN) : Array<string | null>(length).fill(null);
  places.forEach((place, i) => (spread[place] = column[i]!));
  return spread;
}

export interface Filling {
  fn: Aggregate;
  fill: Fill;
  time: Float64Array;
  /** Values in each window, NaN for none; absent where every window with values has a value of its own. */
  count?: Float64Array | undefined;
}

/** A window without readings has a count of 0, whatever stands in for its other values; one that holds values has its own value or none. */
export function filled(column: SeriesColumn, { fn, fill, time, count }: Filling): SeriesColumn {
  if (fn === 'count') return fillZero(column as Float64Array);
  const all = filledAll(column, fill, time);
  if (count && all instanceof Float64Array) all.forEach((_, i) => count[i]! > 0 && (all[i] = column[i] as number));
  return all;
}

function filledAll(column: SeriesColumn, fill: Fill, time: Float64Array): SeriesColumn {
  if (fill === 'previous') return fillPrevious(column);
  if (!(column instanceof Float64Array)) return column;
  if (fill === 'linear') return fillLinear(time, column);
  return fill === 'zero' ? fillZero(column) : column;
}
