/** A device's rows as one SQL relation, whichever tables and slots they are in. Only numbers go into the text. */
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { ordOf } from './chunks.js';
import { tableOf, type Layout, type PartKind, type PartReader, type SizeClass } from './layout.js';

export interface RowRange {
  from: number;
  to: number;
  asOf?: number;
}

/** Each field becomes column `f<i>`; NULL where a reading has no value. */
export interface DeviceRows {
  sql: string;
  kinds: PartKind[];
}

/** `only`: rows in which at least one of the fields has a value. `extra`: also `recorded_at` and `seq`. */
export function deviceRows(
  catalog: DeviceCatalog,
  device: CatalogDevice,
  fields: string[],
  range: RowRange & { extra?: boolean; only?: boolean },
): DeviceRows {
  const readers = fields.map((field) => device.layout.reading.get(field));
  const selects = tablesOf(catalog, device.layout).map((size) => {
    const values = readers.map((reader, i) => `, ${valueSql(reader, size)} AS f${i}`).join('');
    return `SELECT time, ord${range.extra ? ', recorded_at, seq' : ''}${values} FROM ${tableOf(size)} WHERE device = ${device.id} AND ${rangeSql(range)}`;
  });
  const columns = fields.map((_, i) => `f${i}`);
  const rows = selects.length > 0 ? selects.join(' UNION ALL ') : noRows(readers, range.extra === true);
  const some =
    range.only && columns.length > 0
      ? ` WHERE ${columns.length === 1 ? 'f0' : `coalesce(${comparable(columns, readers)})`} IS NOT NULL`
      : '';
  return { sql: `(SELECT * FROM (${rows})${some})`, kinds: readers.map((reader) => reader?.kind ?? 'number') };
}

export function tablesOf(catalog: DeviceCatalog, layout: Layout): SizeClass[] {
  return layout.classes.filter((size) => catalog.hasTable(size));
}

export function rangeSql({ from, to, asOf }: RowRange): string {
  return `time >= ${double(from)} AND time < ${double(to)}${knownSql(asOf)}`;
}

/** Readings up to a position. */
export function knownSql(asOf: number | undefined): string {
  return asOf === undefined ? '' : ` AND ord < ${ordOf(Math.floor(asOf) + 1, 0)}`;
}

/** A double, exactly; also infinities. */
export function double(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

/** What the part reads from a table of this size. */
function valueSql(reader: PartReader | undefined, size: SizeClass): string {
  if (!reader) return 'CAST(NULL AS DOUBLE)';
  const [prefix, slots, type] =
    reader.kind === 'number' ? (['n', size.numbers, 'DOUBLE'] as const) : (['t', size.texts, 'VARCHAR'] as const);
  const sources = reader.sources.filter(({ index }) => index < slots);
  const terms = sources.map(({ index, scale, offset }) => {
    const scaled = scale === 1 ? `${prefix}${index}` : `${prefix}${index} * ${double(scale)}`;
    return offset === 0 ? scaled : `${scaled} + ${double(offset)}`;
  });
  if (terms.length === 0) return `CAST(NULL AS ${type})`;
  return terms.length === 1 ? terms[0]! : `coalesce(${terms.join(', ')})`;
}

function noRows(readers: (PartReader | undefined)[], extra: boolean): string {
  const values = readers.map((reader, i) => `, CAST(NULL AS ${reader?.kind === 'text' ? 'VARCHAR' : 'DOUBLE'}) AS f${i}`).join('');
  const nulls = extra ? ', CAST(0 AS DOUBLE) AS recorded_at, CAST(0 AS UBIGINT) AS seq' : '';
  return `SELECT CAST(0 AS DOUBLE) AS time, CAST(0 AS BIGINT) AS ord${nulls}${values} WHERE false`;
}

/** `coalesce` wants one type. */
function comparable(columns: string[], readers: (PartReader | undefined)[]): string {
  const mixed = readers.some((reader) => reader?.kind === 'text');
  return columns.map((column) => (mixed ? `CAST(${column} AS VARCHAR)` : column)).join(', ');
}
