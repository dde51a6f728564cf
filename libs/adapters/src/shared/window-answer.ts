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
}

/** Throws where calendar lengths shall be equally long. */
export function runsOf({ from, to, every, tz, alignedTo }: SeriesQuery & { every: Every }): WindowRun[] {
  if (alignedTo === undefined) return windowRuns(from, to, every, tz);
  if (every.unit === 'mo' || every.unit === 'y') throw badQuery('months and years are not of equal length');
  const step = every.count * UNIT_MS[every.unit];
  return from < to ? [{ start: from, step, count: Math.ceil((to - from) / step) }] : [];
}

/** Throws where a field has no such function. `kinds` as the fields. */
export function windowColumns({ fields, fn }: SeriesQuery, kinds: PartKind[]): WindowColumn[] {
  const functions: Aggregate[] = fn && fn.length > 0 ? fn : ['mean'];
  return fields.flatMap((field, i) => functions.map((one) => ({ field, fn: one, kind: resultKind(field, kinds[i]!, one) })));
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
  columns.forEach(({ field, fn }, i) => {
    const given = everyWindow ? spreadOut(found.values[i]!, found.windows, time.length) : found.values[i]!;
    (answer.fields[field] ??= {})[fn] = filled(given, fn, fill, time);
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

/** A window without readings has a count of 0, whatever stands in for its other values. */
function filled(column: SeriesColumn, fn: Aggregate, fill: Fill, time: Float64Array): SeriesColumn {
  if (fn === 'count') return fillZero(column as Float64Array);
  if (fill === 'previous') return fillPrevious(column);
  if (!(column instanceof Float64Array)) return column;
  if (fill === 'linear') return fillLinear(time, column);
  return fill === 'zero' ? fillZero(column) : column;
}
