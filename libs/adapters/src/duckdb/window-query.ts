/** Windows: aggregates computed in SQL, one group a window, then filled. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Aggregate, Every, Fill, SeriesColumn, SeriesColumns, SeriesQuery } from '#ports';
import { fillLinear, fillPrevious, fillZero, startsOf, windowRuns, type WindowRun } from '#timeseries';
import { resultOf } from './chunks.js';
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { deviceRows, double } from './device-rows.js';
import type { PartKind } from './layout.js';
import { badQuery } from './series-errors.js';

export async function windowsOf(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  device: CatalogDevice,
  query: SeriesQuery & { every: Every },
): Promise<SeriesColumns> {
  const rows = deviceRows(catalog, device, query.fields, { ...query, only: true });
  const columns = query.fields.flatMap((field, i) =>
    aggregatesOf(query).map((fn) => ({ field, fn, kind: resultKind(field, rows.kinds[i]!, fn), sql: aggregateSql(`f${i}`, fn) })),
  );
  const runs = windowRuns(query.from, query.to, query.every, query.tz);
  const values = columns
    .map(({ sql, kind }, i) => `, ${kind === 'number' ? `coalesce(${sql}, CAST('NaN' AS DOUBLE))` : sql} AS a${i}`)
    .join('');
  const result = await resultOf(
    connection,
    `SELECT ${windowSql(runs)} AS w, CAST(count(*) AS DOUBLE) AS readings${values} FROM ${rows.sql} GROUP BY w ORDER BY w`,
  );
  const given = columns.map(({ kind }, i) => (kind === 'number' ? result.doubles(2 + i) : result.texts(2 + i)));
  const windows = query.fill && query.fill !== 'none' ? everyWindow(runs, result.doubles(0)) : someWindows(runs, result.doubles(0));
  const answer: SeriesColumns = { of: result.doubles(1).reduce((sum, n) => sum + n, 0), time: windows.time, fields: {} };
  columns.forEach(({ field, fn }, i) => {
    const spread = windows.places ? spreadOut(given[i]!, windows.places, windows.time.length) : given[i]!;
    (answer.fields[field] ??= {})[fn] = filled(spread, fn, query.fill ?? 'none', windows.time);
  });
  return answer;
}

function aggregatesOf({ fn }: SeriesQuery): Aggregate[] {
  return fn && fn.length > 0 ? fn : ['mean'];
}

function resultKind(field: string, kind: PartKind, fn: Aggregate): PartKind {
  if (kind === 'number' || fn === 'count') return 'number';
  if (fn === 'first' || fn === 'last') return 'text';
  throw badQuery(`"${field}" is text: it has first, last and count, but no ${fn}`);
}

/** DuckDB fails the whole query where a square is beyond a double: of such values no deviation is told. */
const SQUARED_MAX = '1e150';

/** NULLs are left out by every one of these; `row(time, ord)` decides between equal times by arrival. */
function aggregateSql(column: string, fn: Aggregate): string {
  switch (fn) {
    case 'mean':
      return `avg(${column})`;
    case 'min':
    case 'max':
    case 'sum':
      return `${fn}(${column})`;
    case 'count':
      return `CAST(count(${column}) AS DOUBLE)`;
    case 'first':
      return `arg_min(${column}, row(time, ord))`;
    case 'last':
      return `arg_max(${column}, row(time, ord))`;
    case 'stddev':
      return `CASE WHEN max(abs(${column})) <= ${SQUARED_MAX} THEN stddev_samp(${column}) FILTER (abs(${column}) <= ${SQUARED_MAX}) END`;
    case 'median':
      return `quantile_cont(${column}, 0.5)`;
    default:
      return `quantile_cont(${column}, ${double(quantile(fn))})`;
  }
}

function quantile(fn: string): number {
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(fn)?.[1];
  if (percent === undefined || Number(percent) > 100) throw badQuery(`"${fn}" is not a function of a window`);
  return Number(percent) / 100;
}

/** The number of a row's window: a search tree over the runs, so that many irregular windows cost a few comparisons a row. */
export function windowSql(runs: WindowRun[]): string {
  let base = 0;
  const leaves = runs.map(({ start, step, count }) => {
    const within = count === 1 ? '0' : `least(floor((time - ${double(start)}) / ${double(step)}), ${double(count - 1)})`;
    const sql = `(${double(base)} + ${within})`;
    base += count;
    return { start, sql };
  });
  const search = (low: number, high: number): string => {
    if (high - low === 1) return leaves[low]!.sql;
    const middle = (low + high) >> 1;
    return `CASE WHEN time < ${double(leaves[middle]!.start)} THEN ${search(low, middle)} ELSE ${search(middle, high)} END`;
  };
  return leaves.length === 0 ? double(0) : search(0, leaves.length);
}

interface Windows {
  time: Float64Array;
  /** Where each row of the result belongs; absent where they are the rows themselves. */
  places?: Float64Array;
}

function someWindows(runs: WindowRun[], numbers: Float64Array): Windows {
  const time = new Float64Array(numbers.length);
  let run = 0;
  let base = 0;
  for (let i = 0; i < numbers.length; i++) {
    while (numbers[i]! >= base + runs[run]!.count) base += runs[run++]!.count;
    time[i] = runs[run]!.start + (numbers[i]! - base) * runs[run]!.step;
  }
  return { time };
}

function everyWindow(runs: WindowRun[], numbers: Float64Array): Windows {
  return { time: startsOf(runs), places: numbers };
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
