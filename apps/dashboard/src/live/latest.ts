/** Latest values by device time, from the first answer on and live; late data never moves them back. */
import type { DeviceSchema, FieldColumn, Json, LatestView, ReadingsRecordedMessage } from '#contracts';

export interface LatestValue {
  value: Json;
  /** ms since epoch. */
  time: number;
}
export type LatestValues = Record<string, LatestValue>;

export function latestOf(view: LatestView | undefined): LatestValues {
  if (!view) return {};
  return Object.fromEntries(Object.entries(view.fields).map(([name, { value, time }]) => [name, { value, time: Date.parse(time) }]));
}

/** What is newer in either; equal times: the second, which arrived later. */
export function newer(first: LatestValues, second: LatestValues): LatestValues {
  const merged = { ...first };
  for (const [name, value] of Object.entries(second)) {
    if (!(merged[name] && merged[name].time > value.time)) merged[name] = value;
  }
  return merged;
}

export function latestIn(message: ReadingsRecordedMessage, schema?: DeviceSchema): LatestValues {
  const values: LatestValues = {};
  for (const [name, column] of Object.entries(message.fields)) {
    const at = latestIndex(message.time, column);
    if (at >= 0) values[name] = { value: valueAt(column, at, schema?.fields[name]?.type), time: message.time[at] ?? 0 };
  }
  return values;
}

function latestIndex(time: number[], column: FieldColumn): number {
  let best = -1;
  for (let at = 0; at < time.length; at += 1) {
    if (!hasValue(column, at)) continue;
    if (best < 0 || (time[at] ?? 0) >= (time[best] ?? 0)) best = at;
  }
  return best;
}

const hasValue = (column: FieldColumn, at: number): boolean =>
  Array.isArray(column) ? (column[at] ?? null) !== null : Object.values(column).some((part) => (part[at] ?? null) !== null);

function valueAt(column: FieldColumn, at: number, type: string | undefined): Json {
  if (!Array.isArray(column)) {
    const parts = Object.entries(column).map(([name, part]) => [name, part[at] ?? null] as const);
    return Object.fromEntries(parts.filter(([, value]) => value !== null));
  }
  const value = column[at] ?? null;
  return type === 'boolean' && typeof value === 'number' ? value !== 0 : value;
}
