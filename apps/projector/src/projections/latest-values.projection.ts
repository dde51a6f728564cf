/** The latest value of every field, by device time: late data never moves it back; on a tie what arrived later wins. */
import { deviceOf, type FieldColumn, type Json, type RecordedEvent } from '#contracts';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { upsert } from './rows.js';

type LatestRow = ViewTables['latest_values'];

export const latestValues: Projection<LatestRow[]> = {
  name: 'latest-values',
  version: 1,
  handles: ['ReadingsReceived'],
  tables: ['latest_values'],

  fold(events) {
    const byDevice = new Map<string, Map<string, Latest>>();
    for (const event of events) {
      if (!isA(event, 'ReadingsReceived')) continue;
      const fields = byDevice.get(event.stream) ?? new Map<string, Latest>();
      byDevice.set(event.stream, fields);
      const { time } = event.data;
      for (const [field, column] of Object.entries(event.data.fields)) {
        const before = fields.get(field);
        const index = latestIndex(time, column, before?.time ?? -Infinity);
        if (index !== undefined) fields.set(field, { event, column, index, time: time[index]! });
      }
    }
    return [...byDevice].flatMap(([stream, fields]) => [...fields].map(([field, latest]) => row(stream, field, latest)));
  },

  /** A batch comes after all that is stored, so an equal time in it is the later arrival. */
  write: (tx, rows) => upsert(tx, 'latest_values', ['account_id', 'device_id', 'field'], rows, 'time'),
};

interface Latest {
  event: RecordedEvent;
  column: FieldColumn;
  index: number;
  time: number;
}

/** The last of the readings that carry the field and have the latest time, if that is not before `since`. */
function latestIndex(time: number[], column: FieldColumn, since: number): number | undefined {
  let latest = since;
  let found: number | undefined;
  const parts = Array.isArray(column) ? [column] : Object.values(column);
  for (const part of parts) {
    for (let index = 0; index < time.length; index++) {
      if (time[index]! < latest || (part[index] ?? null) === null) continue;
      if (time[index] === latest && found !== undefined && index < found) continue;
      latest = time[index]!;
      found = index;
    }
  }
  return found;
}

function row(stream: string, field: string, { event, column, index, time }: Latest): LatestRow {
  const { accountId, deviceId } = deviceOf(stream);
  return {
    account_id: accountId,
    device_id: deviceId,
    field,
    value: JSON.stringify(valueAt(column, index)),
    time,
    position: event.position,
    recorded_at: event.metadata.recordedAt,
  };
}

/** A location or vector is one value, an object of the parts that were sent. */
function valueAt(column: FieldColumn, index: number): Json {
  if (Array.isArray(column)) return column[index] ?? null;
  const parts = Object.entries(column).map(([part, values]): [string, number | null] => [part, values[index] ?? null]);
  return Object.fromEntries(parts.filter(([, value]) => value !== null));
}
