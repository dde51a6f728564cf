/** Raw values of some fields, and pages of whole readings, in (time, position, index) order. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Seq } from '#contracts';
import type { ReadingRows, ReadingsQuery, SeriesColumn, SeriesColumns, SeriesQuery } from '#ports';
import { indexOf, ordOf, positionOf, resultOf, type ResultColumns } from './chunks.js';
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { deviceRows, double } from './device-rows.js';
import type { PartKind } from './layout.js';

export async function rawOf(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  device: CatalogDevice,
  query: SeriesQuery,
): Promise<SeriesColumns> {
  const rows = deviceRows(catalog, device, query.fields, { ...query, only: true });
  const result = await resultOf(connection, `SELECT time${valueColumns(rows.kinds)} FROM ${rows.sql} ORDER BY time, ord`);
  const fields = Object.fromEntries(query.fields.map((field, i) => [field, { value: valueColumn(result, 1 + i, rows.kinds[i]!) }]));
  return { of: result.rows, time: result.doubles(0), fields };
}

export async function readingsOf(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  device: CatalogDevice,
  query: ReadingsQuery,
): Promise<ReadingRows> {
  const parts = [...device.layout.reading.keys()].sort();
  const { after } = query;
  const rows = deviceRows(catalog, device, parts, { ...query, from: Math.max(query.from, after?.time ?? -Infinity), extra: true });
  const beyond = after ? ` WHERE time > ${double(after.time)} OR ord > ${ordOf(after.position, after.index)}` : '';
  const columns = `time, recorded_at, ord, coalesce(seq, CAST(0 AS UBIGINT)), CAST(seq IS NOT NULL AS UTINYINT)${valueColumns(rows.kinds)}`;
  const result = await resultOf(connection, `SELECT ${columns} FROM ${rows.sql}${beyond} ORDER BY time, ord LIMIT ${query.limit + 1}`);
  const given = Math.min(result.rows, query.limit);
  const ord = result.halves(2);
  const [seq, hasSeq] = [result.unsigned(3), result.bytes(4)];
  const shown: Record<string, SeriesColumn> = {};
  parts.forEach((part, i) => {
    const column = valueColumn(result, 5 + i, rows.kinds[i]!).slice(0, given);
    if (hasValue(column)) shown[part] = column;
  });
  return {
    time: result.doubles(0).slice(0, given),
    recordedAt: result.doubles(1).slice(0, given),
    position: Float64Array.from({ length: given }, (_, row) => positionOf(ord, row)),
    index: Int32Array.from({ length: given }, (_, row) => indexOf(ord, row)),
    seq: Array.from({ length: given }, (_, row) => (hasSeq[row] ? seqOf(seq[row]!) : null)),
    parts: shown,
    more: result.rows > given,
  };
}

/** NaN rather than NULL for numbers, so that columns can be copied whole. */
function valueColumns(kinds: PartKind[]): string {
  return kinds.map((kind, i) => (kind === 'number' ? `, coalesce(f${i}, CAST('NaN' AS DOUBLE))` : `, f${i}`)).join('');
}

function valueColumn(result: ResultColumns, column: number, kind: PartKind): SeriesColumn {
  return kind === 'number' ? result.doubles(column) : result.texts(column);
}

function hasValue(column: SeriesColumn): boolean {
  return column instanceof Float64Array ? column.some((value) => value === value) : column.some((text) => text !== null);
}

function seqOf(seq: bigint): Seq {
  return seq <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seq) : String(seq);
}
