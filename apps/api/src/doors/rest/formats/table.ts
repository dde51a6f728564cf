/** Series and readings as one table of columns, for the formats that are tables. */
import type { SeriesColumn } from '#ports';
import type { ReadingsFound } from '../../../queries/list-readings/list-readings.js';
import type { SeriesFound } from '../../../queries/get-series/get-series.js';
import type { Part } from '../../../queries/shared/parts.js';

export interface Table {
  columns: TableColumn[];
  rows: number;
  tz?: string;
}

export type TableColumn =
  | { name: string; kind: 'time'; values: Float64Array }
  | { name: string; kind: 'number'; values: Float64Array | Int32Array; boolean?: boolean }
  | { name: string; kind: 'text'; values: (string | null)[] };

/** `temperature` for raw values and pictures, `temperature.mean` for windows. */
export function tableOfSeries({ columns, parts, tz }: SeriesFound): Table {
  const values = parts.flatMap((part) =>
    Object.entries(columns.fields[part.name] ?? {}).map(([fn, column]) =>
      columnOf(fn === 'value' ? part.name : `${part.name}.${fn}`, column, fn === 'value' ? part : undefined),
    ),
  );
  return { columns: [{ name: 'time', kind: 'time', values: columns.time }, ...values], rows: columns.time.length, ...(tz && { tz }) };
}

/** Columns that are of no field: a field of that name is told from them by where it stands in JSON. */
const NO_FIELDS = new Set(['time', 'recordedAt', 'seq', 'position']);
const nameOf = (part: string): string => (NO_FIELDS.has(part) ? `values.${part}` : part);

export function tableOfReadings({ rows, parts, tz }: ReadingsFound): Table {
  const values = Object.entries(rows.parts).map(([name, column]) => columnOf(nameOf(name), column, parts.get(name)));
  const seq = rows.seq.some((one) => one !== null)
    ? [{ name: 'seq', kind: 'text' as const, values: rows.seq.map((one) => (one === null ? null : String(one))) }]
    : [];
  return {
    columns: [
      { name: 'time', kind: 'time', values: rows.time },
      { name: 'recordedAt', kind: 'time', values: rows.recordedAt },
      ...seq,
      ...values,
      { name: 'position', kind: 'number', values: rows.position },
    ],
    rows: rows.time.length,
    ...(tz && { tz }),
  };
}

function columnOf(name: string, column: SeriesColumn, part: Part | undefined): TableColumn {
  if (!(column instanceof Float64Array)) return { name, kind: 'text', values: column };
  return { name, kind: 'number', values: column, ...(part?.type === 'boolean' && { boolean: true }) };
}
