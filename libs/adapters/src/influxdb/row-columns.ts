/** Rows in columns: picked, cut and joined. */
import type { SeriesColumn } from '#ports';
import type { SeqColumn } from './blocks.js';

export interface Rows {
  rows: number;
  time: Float64Array;
  /** One a field asked for. */
  fields: SeriesColumn[];
  meta?: RowsMeta;
}

export interface RowsMeta {
  position: Float64Array;
  index: Float64Array;
  recordedAt: Float64Array;
  seq: SeqColumn;
}

/** Without the rows that have none of the fields. */
export function withValues(rows: Rows): Rows {
  const kept = Array.from({ length: rows.rows }, (_, row) => row).filter((row) => rows.fields.some((column) => hasValue(column[row])));
  return kept.length === rows.rows ? rows : pickRows(rows, kept);
}

function hasValue(value: number | string | null | undefined): boolean {
  return value !== null && value === value;
}

export function pickRows({ time, fields, meta }: Rows, order: number[]): Rows {
  const numbers = (column: Float64Array): Float64Array => Float64Array.from(order, (row) => column[row]!);
  return {
    rows: order.length,
    time: numbers(time),
    fields: fields.map((column) => (column instanceof Float64Array ? numbers(column) : order.map((row) => column[row]!))),
    ...(meta && {
      meta: {
        position: numbers(meta.position),
        index: numbers(meta.index),
        recordedAt: numbers(meta.recordedAt),
        seq: {
          seq: BigUint64Array.from(order, (row) => meta.seq.seq[row]!),
          has: Uint8Array.from(order, (row) => meta.seq.has[row]!),
        },
      },
    }),
  };
}

export function joinRows(pieces: Rows[]): Rows {
  const [first, ...others] = pieces;
  if (others.length === 0) return first!;
  const numbers = (of: (rows: Rows) => Float64Array): Float64Array => joinNumbers(pieces.map(of));
  const { meta } = first!;
  return {
    rows: pieces.reduce((sum, { rows }) => sum + rows, 0),
    time: numbers(({ time }) => time),
    fields: first!.fields.map((column, i) =>
      column instanceof Float64Array
        ? numbers(({ fields }) => fields[i] as Float64Array)
        : pieces.flatMap(({ fields }) => fields[i] as (string | null)[]),
    ),
    ...(meta && {
      meta: {
        position: numbers((rows) => rows.meta!.position),
        index: numbers((rows) => rows.meta!.index),
        recordedAt: numbers((rows) => rows.meta!.recordedAt),
        seq: {
          seq: BigUint64Array.from(pieces.flatMap((rows) => [...rows.meta!.seq.seq])),
          has: Uint8Array.from(pieces.flatMap((rows) => [...rows.meta!.seq.has])),
        },
      },
    }),
  };
}

function joinNumbers(columns: Float64Array[]): Float64Array {
  const joined = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    joined.set(column, at);
    at += column.length;
  }
  return joined;
}
