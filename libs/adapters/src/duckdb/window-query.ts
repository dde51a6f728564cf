/** Windows: aggregates computed in SQL, one group a window, then filled. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Aggregate, Every, SeriesColumns, SeriesQuery } from '#ports';
import type { WindowRun } from '#timeseries';
import { quantile, runsOf, windowAnswer, windowColumns, type WindowColumn } from '../shared/window-answer.js';
import { resultOf, type ResultColumns } from './chunks.js';
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { deviceRows, double } from './device-rows.js';

export async function windowsOf(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  device: CatalogDevice,
  query: SeriesQuery & { every: Every },
): Promise<SeriesColumns> {
  const rows = deviceRows(catalog, device, query.fields, { ...query, only: true });
  const columns = windowColumns(query, rows.kinds);
  const runs = runsOf(query);
  const select = (some: readonly WindowColumn[]) => {
    const aggregates = some.map(({ field, fn, kind }, i) => {
      const sql = aggregateSql(`f${query.fields.indexOf(field)}`, fn);
      return `, ${kind === 'number' ? `coalesce(${sql}, CAST('NaN' AS DOUBLE))` : sql} AS a${i}`;
    });
    const selected = `SELECT ${windowSql(runs)} AS w, CAST(count(*) AS DOUBLE) AS readings${aggregates.join('')}`;
    return resultOf(connection, `${selected} FROM ${rows.sql} GROUP BY w ORDER BY w`);
  };
  const results = await atOnce(connection, columns, select);
  const values = columns.map(({ kind }, i) => {
    const result = results[Math.floor(i / AGGREGATES_MAX)]!;
    const at = 2 + (i % AGGREGATES_MAX);
    return kind === 'number' ? result.doubles(at) : result.texts(at);
  });
  const [first] = results as [ResultColumns];
  const of = first.doubles(1).reduce((sum, n) => sum + n, 0);
  return windowAnswer(runs, columns, { of, windows: first.doubles(0), values }, query.fill);
}

/** Of one statement: DuckDB 1.5 divides by zero, which ends the process, where a group has 8,000 of them; 5,000 it can do. */
const AGGREGATES_MAX = 1_000;

/** As many statements as it takes, all of which see the same rows. */
async function atOnce(
  connection: DuckDBConnection,
  columns: readonly WindowColumn[],
  select: (some: readonly WindowColumn[]) => Promise<ResultColumns>,
): Promise<ResultColumns[]> {
  if (columns.length <= AGGREGATES_MAX) return [await select(columns)];
  const results: ResultColumns[] = [];
  await connection.run('BEGIN');
  try {
    for (let at = 0; at < columns.length; at += AGGREGATES_MAX) results.push(await select(columns.slice(at, at + AGGREGATES_MAX)));
  } finally {
    await connection.run('ROLLBACK');
  }
  return results;
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
      // Not by FILTER, for which DuckDB copies all columns each time: 1,000 of them took 40 s.
      return `CASE WHEN max(abs(${column})) <= ${SQUARED_MAX} THEN stddev_samp(CASE WHEN abs(${column}) <= ${SQUARED_MAX} THEN ${column} END) END`;
    case 'median':
      return `quantile_cont(${column}, 0.5)`;
    default:
      return `quantile_cont(${column}, ${double(quantile(fn))})`;
  }
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
