/** Values stored under an older schema, as a newer one reads them: value × scale + offset, in each number of the value. */
import type { DeviceSchema, Json } from '#contracts';

export interface LatestRow {
  field: string;
  value: Json;
  time: number;
  position: number;
}

export function scaleAll(value: Json, scale: number, offset: number): Json {
  if (typeof value === 'number') return value * scale + offset;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([part, number]) => [part, scaleAll(number, scale, offset)]));
}

/** Latest values under the newest schema. `schemas`: all versions, oldest first, with the position at which each came. */
export function readLatest(rows: LatestRow[], schemas: { position: number; schema: DeviceSchema }[]): LatestRow[] {
  const read = schemas.reduce(
    (known, { position, schema }) => known.flatMap((row) => (row.position < position ? readOne(row, schema) : [row])),
    rows,
  );
  const latest = new Map<string, LatestRow>();
  for (const row of read) {
    const other = latest.get(row.field);
    if (!other || row.time > other.time || (row.time === other.time && row.position > other.position)) latest.set(row.field, row);
  }
  return [...latest.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
}

/** A value may be read as several fields, as its own, or, once its field was renamed, no more under the old name. */
function readOne(row: LatestRow, { fields, upcasts = {} }: DeviceSchema): LatestRow[] {
  const readers = Object.entries(upcasts).filter(([name, { from = name }]) => from === row.field);
  const read = readers.map(([name, { scale = 1, offset = 0 }]) => ({ ...row, field: name, value: scaleAll(row.value, scale, offset) }));
  const renamedAway = readers.length > 0 && !Object.hasOwn(fields, row.field);
  return renamedAway || Object.hasOwn(upcasts, row.field) ? read : [...read, row];
}
