/** Reads one input in stretches: however long its history is, only one of them is in hand. */
import { isNumeric, partsOf, type DeviceSchema } from '#contracts';
import { TIME_END_MS, TIME_MIN_MS } from '#domain';
import type { DeviceRef, SeriesStore, ViewStore } from '#ports';

export interface InputRange extends DeviceRef {
  /** As stored: `temperature`, `position.lat`. */
  fields: readonly string[];
  from?: number | undefined;
  to?: number | undefined;
  /** What was known then. */
  asOf: number;
}

export interface Rows {
  time: Float64Array;
  /** By field, as asked for. */
  values: Float64Array[];
}

/** Readings a stretch: a few MB a column, and a query of a tenth of a second. */
const STRETCH_READINGS_MAX = 200_000;
/** Readings closer than this are not told apart by cutting time in two. */
const CUT_MS_MIN = 0.002;

export interface Readings {
  /** Of the device in the range; not all of them need to carry the field. */
  count: number;
  stretches(): AsyncGenerator<Rows>;
}

export async function openInput(series: SeriesStore, range: InputRange, stretchMax = STRETCH_READINGS_MAX): Promise<Readings> {
  const { accountId, deviceId, asOf } = range;
  const device = { accountId, deviceId, asOf };
  const [from, to] = [range.from ?? TIME_MIN_MS, range.to ?? TIME_END_MS];
  const first = await series.readings({ ...device, from, to, limit: 1 });
  if (first.time.length === 0) return { count: 0, stretches: nothing };
  const begin = first.time[0]!;
  const count = await series.count({ ...device, from: begin, to });
  return {
    count,
    async *stretches() {
      for await (const cut of cuts(series, device, { from: begin, to, count }, stretchMax)) {
        const fields = [...range.fields];
        const { time, fields: columns } = await series.series({ ...device, fields, from: cut.from, to: cut.to });
        const rows = withValues(
          time,
          fields.map((field) => columns[field]!['value'] as Float64Array),
        );
        if (rows.time.length > 0) yield rows;
      }
    },
  };
}

async function* nothing(): AsyncGenerator<Rows> {}

interface Cut {
  from: number;
  to: number;
  count: number;
}

/** In two, and each half again, until it is small enough. */
async function* cuts(series: SeriesStore, device: DeviceRef & { asOf: number }, cut: Cut, max: number): AsyncGenerator<Cut> {
  const { from, to, count } = cut;
  if (count === 0) return;
  if (count <= max || to - from < CUT_MS_MIN) {
    yield cut;
    return;
  }
  const middle = from + (to - from) / 2;
  const earlier = await series.count({ ...device, from, to: middle });
  yield* cuts(series, device, { from, to: middle, count: earlier }, max);
  yield* cuts(series, device, { from: middle, to, count: count - earlier }, max);
}

/** Readings that carry none of the fields are left out. */
export function withValues(time: Float64Array, values: Float64Array[]): Rows {
  const rows: number[] = [];
  for (let i = 0; i < time.length; i++) if (values.some((column) => column[i] === column[i])) rows.push(i);
  if (rows.length === time.length) return { time, values };
  return { time: Float64Array.from(rows, (i) => time[i]!), values: values.map((column) => Float64Array.from(rows, (i) => column[i]!)) };
}

export interface InputParts {
  /** As stored, and as the operation calls them. */
  parts: { field: string; part: string }[];
  schemaVersions: number[];
}

/** The parts of a field: `value` for a number, or by their own names. */
export async function partsOfInput(views: ViewStore, device: DeviceRef, field: string, asOf: number): Promise<InputParts> {
  const rows = await views.db
    .selectFrom('schemas')
    .select(['schema', 'schema_version'])
    .where('account_id', '=', device.accountId)
    .where('device_id', '=', device.deviceId)
    .where('position', '<=', asOf)
    .orderBy('schema_version')
    .execute();
  const fields = Object.assign({}, ...rows.map((row) => (JSON.parse(row.schema) as DeviceSchema).fields)) as DeviceSchema['fields'];
  const schema = Object.hasOwn(fields, field) ? fields[field] : undefined;
  const schemaVersions = rows.map((row) => row.schema_version);
  if (schema?.type !== 'location' && schema?.type !== 'vector') return { parts: [{ field, part: 'value' }], schemaVersions };
  const parts = isNumeric(schema) ? partsOf(field, schema).map((name) => ({ field: name, part: name.slice(field.length + 1) })) : [];
  return { parts, schemaVersions };
}
