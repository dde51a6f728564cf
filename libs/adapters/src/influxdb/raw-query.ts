/** Raw values of some fields, and pages of whole readings, in (time, position, index) order. */
import type { Seq } from '#contracts';
import type { ReadingRows, ReadingsQuery, SeriesColumn, SeriesColumns, SeriesQuery } from '#ports';
import type { SeqColumn } from './blocks.js';
import type { CatalogDevice } from './catalog.js';
import { joinRows, pickRows, type Rows } from './row-columns.js';
import { kindOf, rowsOf, type Place } from './rows.js';
import { RANKS } from './times.js';

export async function rawOf(place: Place, device: CatalogDevice, query: SeriesQuery): Promise<SeriesColumns> {
  const readers = query.fields.map((field) => device.layout.slots.reading.get(field));
  const pieces: Rows[] = [];
  for await (const rows of rowsOf(place, device, { ...query, fields: readers })) pieces.push(rows);
  const empty = {
    rows: 0,
    time: new Float64Array(),
    fields: readers.map((reader) => (kindOf(reader) === 'text' ? [] : new Float64Array())),
  };
  const { rows, time, fields } = joinRows(pieces.length > 0 ? pieces : [empty]);
  return { of: rows, time, fields: Object.fromEntries(query.fields.map((field, i) => [field, { value: fields[i]! }])) };
}

export async function readingsOf(place: Place, device: CatalogDevice, query: ReadingsQuery): Promise<ReadingRows> {
  const parts = [...device.layout.slots.reading.keys()].sort();
  const page = await pageOf(place, device, query, parts);
  const given = Math.min(page.rows, query.limit);
  const { time, fields, meta } = pickRows(
    page,
    Array.from({ length: given }, (_, row) => row),
  );
  const shown: Record<string, SeriesColumn> = {};
  for (const [i, part] of parts.entries()) if (hasValue(fields[i]!)) shown[part] = fields[i]!;
  return {
    time,
    recordedAt: meta!.recordedAt,
    position: meta!.position,
    index: Int32Array.from(meta!.index),
    seq: Array.from({ length: given }, (_, row) => seqOf(meta!.seq, row)),
    parts: shown,
    more: page.rows > given,
  };
}

/** One row more than the page holds, if there is one. */
async function pageOf(place: Place, device: CatalogDevice, { after, limit, ...query }: ReadingsQuery, parts: string[]): Promise<Rows> {
  const pieces: Rows[] = [];
  let rows = 0;
  const all = rowsOf(place, device, {
    ...query,
    from: Math.max(query.from, after?.time ?? -Infinity),
    fields: parts.map((part) => device.layout.slots.reading.get(part)),
    meta: true,
    // Those of the very time of `after` may all stand before it.
    limit: limit + 1 + (after ? RANKS : 0),
  });
  for await (const some of all) {
    const fresh = after ? beyond(some, after) : some;
    pieces.push(fresh);
    rows += fresh.rows;
    if (rows > limit) break;
  }
  return pieces.length > 0 ? joinRows(pieces) : nothing(parts.length);
}

function beyond(rows: Rows, after: NonNullable<ReadingsQuery['after']>): Rows {
  const { position, index } = rows.meta!;
  if (rows.rows === 0 || rows.time[0]! > after.time) return rows;
  const isBeyond = (row: number): boolean =>
    rows.time[row]! > after.time || position[row]! > after.position || (position[row] === after.position && index[row]! > after.index);
  return pickRows(rows, Array.from({ length: rows.rows }, (_, row) => row).filter(isBeyond));
}

function nothing(fields: number): Rows {
  const none = new Float64Array();
  const seq = { seq: new BigUint64Array(), has: new Uint8Array() };
  return { rows: 0, time: none, fields: Array(fields).fill(none), meta: { position: none, index: none, recordedAt: none, seq } };
}

function hasValue(column: SeriesColumn): boolean {
  return column instanceof Float64Array ? column.some((value) => value === value) : column.some((text) => text !== null);
}

function seqOf({ seq, has }: SeqColumn, row: number): Seq | null {
  if (!has[row]) return null;
  const value = seq[row]!;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
