/** Makes batches and events for series stores, fixed and random. */
import fc from 'fast-check';
import type { DeviceSchema, FieldSchema, ReadingColumns } from '#contracts';
import type { DeviceRef, SeriesBatch } from '#ports';

export type SchemaEvent = SeriesBatch['schemas'][number];
export type ReadingsEvent = SeriesBatch['readings'][number];
export type LogEvent = { schema: SchemaEvent } | { readings: ReadingsEvent };

export const D1: DeviceRef = { accountId: 'a1', deviceId: 'd1' };
export const RECORDED = Date.UTC(2026, 4, 1);

export const numbers = (...names: string[]): DeviceSchema => ({
  fields: Object.fromEntries(names.map((name): [string, FieldSchema] => [name, { type: 'number' }])),
});

export function schemaEvent(position: number, schemaVersion: number, schema: DeviceSchema, ref: DeviceRef = D1): LogEvent {
  return { schema: { ...ref, position, schemaVersion, schema } };
}

export function readingsEvent(
  position: number,
  columns: Partial<ReadingColumns> & Pick<ReadingColumns, 'time' | 'fields'>,
  ref: DeviceRef = D1,
): LogEvent {
  return { readings: { ...ref, position, recordedAt: RECORDED + position, columns: { schemaVersion: 1, ...columns } } };
}

export function batchOf(...events: LogEvent[]): SeriesBatch {
  return {
    checkpoint: Math.max(0, ...events.map((event) => ('schema' in event ? event.schema : event.readings).position)),
    schemas: events.flatMap((event) => ('schema' in event ? [event.schema] : [])),
    readings: events.flatMap((event) => ('readings' in event ? [event.readings] : [])),
  };
}

/** The same events in batches that end at the given places. */
export function cut(events: LogEvent[], ends: number[]): SeriesBatch[] {
  const places = [...new Set([...ends.map((end) => end % events.length), events.length])].filter((end) => end > 0).sort((a, b) => a - b);
  return places.map((end, i) => batchOf(...events.slice(places[i - 1] ?? 0, end)));
}

export const DEVICES: DeviceRef[] = [D1, { accountId: 'a1', deviceId: 'd2' }, { accountId: 'a2', deviceId: 'd1' }];

/** Number fields `a`, `b`, text `s`, boolean `on`, location `at`, over time with changed units, renamed and added fields. */
const SCHEMAS: DeviceSchema[] = [
  { fields: { a: { type: 'number' }, s: { type: 'string' }, on: { type: 'boolean' } } },
  { fields: { a: { type: 'number' }, b: { type: 'number' }, s: { type: 'string' }, on: { type: 'boolean' }, at: { type: 'location' } } },
  {
    fields: { a: { type: 'number' }, c: { type: 'number' }, s: { type: 'string' }, at: { type: 'location' } },
    upcasts: { a: { scale: 1.5, offset: 32 }, c: { from: 'b' } },
  },
  {
    fields: {
      a: { type: 'number' },
      b: { type: 'number' },
      c: { type: 'number' },
      s: { type: 'string' },
      e: { type: 'enum', values: ['x', 'y'] },
    },
    upcasts: { a: { scale: 0.5 } },
  },
];
export const FIELDS = ['a', 'b', 'c', 'on', 'at.lat', 'at.lon'];
export const TEXTS = ['s', 'e'];

/** Within two hours, a quarter of an hour apart at most, often equal, sometimes with microseconds. */
export const EPOCH = Date.UTC(2026, 2, 29, 0, 0);
const times = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((step) => EPOCH + step * 180_000),
  fc.integer({ min: 0, max: 7_200_000 }).map((ms) => EPOCH + ms + 0.125),
);
/** Numbers are such that sums are exact in any order. */
const values: Record<string, fc.Arbitrary<number | string | boolean | null>> = {
  number: fc.option(
    fc.oneof(
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -6e7, max: 6e7 }).map((n) => n / 64),
    ),
    { freq: 3 },
  ),
  text: fc.option(fc.constantFrom('', 'ok', 'a rather longer text than twelve bytes', 'µ €', '日本'), { freq: 3 }),
  enum: fc.option(fc.constantFrom('x', 'y'), { freq: 3 }),
  boolean: fc.option(fc.boolean(), { freq: 3 }),
};
const seqs = fc.option(
  fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.constantFrom(Number.MAX_SAFE_INTEGER, '18446744073709551615', '9007199254740993')),
  { freq: 3 },
);

interface Plan {
  device: number;
  advance: boolean;
  times: number[];
  seed: ReadingColumns['seq'];
  cells: Record<string, (number | string | boolean | null)[]>;
}

const plans: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 12 }).chain((length) => {
  const column = (cells: fc.Arbitrary<number | string | boolean | null>) => fc.array(cells, { minLength: length, maxLength: length });
  return fc.record({
    device: fc.integer({ min: 0, max: DEVICES.length - 1 }),
    advance: fc.boolean(),
    times: fc.array(times, { minLength: length, maxLength: length }),
    seed: fc.option(fc.array(seqs, { minLength: length, maxLength: length }), { nil: undefined }),
    cells: fc.record(
      {
        a: column(values.number!),
        b: column(values.number!),
        lat: column(values.number!),
        lon: column(values.number!),
        s: column(values.text!),
        e: column(values.enum!),
        on: column(values.boolean!),
      },
      { requiredKeys: [] },
    ),
  });
});

/** A log of up to 30 events of three devices: late, sparse, with equal times, while schemas change. */
export const logs: fc.Arbitrary<LogEvent[]> = fc.array(plans, { minLength: 1, maxLength: 30 }).map((all) => {
  const versions = DEVICES.map(() => 0);
  let position = 0;
  return all.flatMap((plan): LogEvent[] => {
    const ref = DEVICES[plan.device]!;
    const events: LogEvent[] = [];
    position += 3;
    if (versions[plan.device] === 0 || (plan.advance && versions[plan.device]! < SCHEMAS.length)) {
      const version = ++versions[plan.device]!;
      events.push(schemaEvent(position++, version, SCHEMAS[version - 1]!, ref));
    }
    const schemaVersion = versions[plan.device]!;
    const fields = fieldsOf(SCHEMAS[schemaVersion - 1]!, plan);
    events.push(readingsEvent(position, { schemaVersion, time: plan.times, ...(plan.seed ? { seq: plan.seed } : {}), fields }, ref));
    return events;
  });
});

function fieldsOf(schema: DeviceSchema, { cells }: Plan): ReadingColumns['fields'] {
  const fields: ReadingColumns['fields'] = {};
  for (const name of Object.keys(schema.fields)) {
    if (name === 'at') {
      if (cells.lat && cells.lon) fields.at = { lat: cells.lat as number[], lon: cells.lon as number[] };
      continue;
    }
    const column = name === 'c' ? cells.b : cells[name];
    if (column) fields[name] = column as number[];
  }
  return fields;
}
