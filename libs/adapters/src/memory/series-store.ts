/** A slow and obvious `SeriesStore`: keeps what it was given and looks at all of it for every question. The reference other stores are held against. */
import type { DeviceSchema, Seq } from '#contracts';
import {
  SeriesStore,
  SeriesStoreError,
  type DeviceRef,
  type DigestOptions,
  type ReadingRows,
  type ReadingsQuery,
  type SeriesBatch,
  type SeriesColumn,
  type SeriesColumns,
  type SeriesQuery,
} from '#ports';
import { DeviceDigest, digestOfDevices, m4, mergePoints, minMaxLttb, type Points } from '#timeseries';
import { partsOfColumns } from '../shared/series-layout.js';
import { readerOf, type PartReader, type Value } from './series-store-upcasts.js';
import { windowed, type FieldValues } from './series-store-windows.js';

interface Reading {
  time: number;
  position: number;
  index: number;
  recordedAt: number;
  seq: Seq | null;
  schemaVersion: number;
  /** By part, as received; booleans as 0 and 1. */
  values: Map<string, Exclude<Value, null>>;
}

interface Device extends DeviceRef {
  schemas: { position: number; schemaVersion: number; schema: DeviceSchema }[];
  readings: Reading[];
}

type Range = DeviceRef & { from: number; to: number; asOf?: number };

export class MemorySeriesStore extends SeriesStore {
  private readonly positions = new Map<number, number>();
  private readonly devices = new Map<string, Device>();

  async checkpoint(part = 0): Promise<number> {
    return this.positions.get(part) ?? 0;
  }

  async write(batch: SeriesBatch): Promise<void> {
    const position = this.positions.get(batch.part ?? 0) ?? 0;
    if (batch.checkpoint <= position) return;
    for (const one of batch.schemas) if (one.position > position) this.device(one).schemas.push(one);
    for (const one of batch.readings) {
      if (one.position <= position) continue;
      const { readings } = this.device(one);
      for (const row of rowsOf(one)) readings.push(row);
      readings.sort((a, b) => a.time - b.time || a.position - b.position || a.index - b.index);
    }
    this.positions.set(batch.part ?? 0, batch.checkpoint);
  }

  async series(query: SeriesQuery): Promise<SeriesColumns> {
    const { time, columns } = this.columns(query);
    if (query.every) return windowed({ ...query, every: query.every }, time, columns);
    if (query.picture && columns.some(({ isText }) => isText))
      throw new SeriesStoreError('request.bad-parameter', 'a picture needs numbers');
    if (query.picture && time.length > query.picture.points) return picture(query, query.picture, time, columns);
    const fields = Object.fromEntries(query.fields.map((field, i) => [field, { value: packed(columns[i]!.values, columns[i]!.isText) }]));
    return { of: time.length, time: Float64Array.from(time), fields };
  }

  async readings(query: ReadingsQuery): Promise<ReadingRows> {
    const device = this.device(query);
    const read = readerAt(device, query.asOf);
    const { after } = query;
    const rest = inRange(device, query).filter(
      (one) =>
        !after ||
        one.time > after.time ||
        (one.time === after.time && (one.position > after.position || (one.position === after.position && one.index > after.index))),
    );
    const page = rest.slice(0, query.limit);
    const seen = new Set(device.readings.flatMap((one) => [...one.values.keys()]));
    const parts: Record<string, SeriesColumn> = {};
    for (const part of read.shown(seen)) {
      const column = page.map((one) => read.value(one.schemaVersion, one.values, part));
      if (column.some((value) => value !== null))
        parts[part] = packed(
          column,
          column.some((value) => typeof value === 'string'),
        );
    }
    return {
      time: Float64Array.from(page, (one) => one.time),
      recordedAt: Float64Array.from(page, (one) => one.recordedAt),
      position: Float64Array.from(page, (one) => one.position),
      index: Int32Array.from(page, (one) => one.index),
      seq: page.map((one) => one.seq),
      parts,
      more: rest.length > page.length,
    };
  }

  async count(range: Range): Promise<number> {
    return inRange(this.device(range), range).length;
  }

  async latestTime(device: DeviceRef & { asOf?: number }): Promise<number | undefined> {
    return known(this.device(device), device.asOf).at(-1)?.time;
  }

  async digest(device?: DeviceRef, options: DigestOptions = {}): Promise<string> {
    if (device) return digestOf(this.device(device), options);
    const all = [...this.devices.values()].filter((one) => known(one, options.asOf).length > 0);
    return digestOfDevices(
      all.map((one) => ({ accountId: one.accountId, deviceId: one.deviceId, hex: digestOf(one, options) })),
      options.of,
    );
  }

  async close(): Promise<void> {}

  private device({ accountId, deviceId }: DeviceRef): Device {
    const key = JSON.stringify([accountId, deviceId]);
    const device = this.devices.get(key) ?? { accountId, deviceId, schemas: [], readings: [] };
    this.devices.set(key, device);
    return device;
  }

  /** The readings in range that have a value in at least one of the fields. */
  private columns(query: SeriesQuery): { time: number[]; columns: FieldValues[] } {
    const device = this.device(query);
    const read = readerAt(device, query.asOf);
    const rows = inRange(device, query)
      .map((one) => ({ time: one.time, values: query.fields.map((field) => read.value(one.schemaVersion, one.values, field)) }))
      .filter(({ values }) => values.some((value) => value !== null));
    return {
      time: rows.map(({ time }) => time),
      columns: query.fields.map((field, i) => {
        const values = rows.map((row) => row.values[i]!);
        return { values, isText: read.isText(field) ?? values.some((value) => typeof value === 'string') };
      }),
    };
  }
}

function inRange(device: Device, { from, to, asOf }: { from: number; to: number; asOf?: number }): Reading[] {
  return known(device, asOf).filter((one) => one.time >= from && one.time < to);
}

function known({ readings }: Device, asOf?: number): Reading[] {
  return asOf === undefined ? readings : readings.filter((one) => one.position <= asOf);
}

function readerAt({ schemas }: Device, asOf = Infinity): PartReader {
  return readerOf(schemas.filter(({ position }) => position <= asOf));
}

function rowsOf({ position, recordedAt, columns }: SeriesBatch['readings'][number]): Reading[] {
  const parts = partsOfColumns(columns.fields);
  return Array.from(columns.time, (time, index) => {
    const values: Reading['values'] = new Map();
    for (const [part, column] of parts) {
      const value = column[index];
      if (value !== null && value !== undefined) values.set(part, typeof value === 'boolean' ? Number(value) : value);
    }
    return { time, position, index, recordedAt, seq: columns.seq?.[index] ?? null, schemaVersion: columns.schemaVersion, values };
  });
}

function packed(column: Value[], isText: boolean): SeriesColumn {
  return isText ? (column as (string | null)[]) : Float64Array.from(column, (value) => (value as number | null) ?? NaN);
}

function picture(
  query: SeriesQuery,
  { method, points }: { method: 'lttb' | 'm4'; points: number },
  time: number[],
  columns: FieldValues[],
): SeriesColumns {
  const share = Math.floor(points / query.fields.length);
  const curves = columns.map(({ values: column }): Points => {
    const present = time.flatMap((at, i) => (column[i] === null ? [] : [[at, column[i] as number] as const]));
    const [times, values] = [Float64Array.from(present, ([at]) => at), Float64Array.from(present, ([, value]) => value)];
    return method === 'm4' ? m4(times, values, share, query) : minMaxLttb(times, values, share, query);
  });
  const merged = mergePoints(curves);
  return {
    of: time.length,
    time: merged.time,
    fields: Object.fromEntries(query.fields.map((field, i) => [field, { value: merged.values[i]! }])),
  };
}

function digestOf(device: Device, { asOf, of }: DigestOptions): string {
  const readings = known(device, asOf);
  const kinds = readings.flatMap((one) =>
    [...one.values].map(([part, value]) => JSON.stringify([part, typeof value === 'string' ? 'text' : 'number'])),
  );
  const parts = [...new Set(kinds)].map((text) => JSON.parse(text) as [string, 'number' | 'text']);
  const digest = new DeviceDigest(
    device.accountId,
    device.deviceId,
    parts.map(([name, kind]) => ({ name, kind })),
    of,
  );
  digest.add({
    time: Float64Array.from(readings, (one) => one.time),
    recordedAt: Float64Array.from(readings, (one) => one.recordedAt),
    seq: BigUint64Array.from(readings, (one) => BigInt(one.seq ?? 0)),
    hasSeq: Uint8Array.from(readings, (one) => (one.seq === null ? 0 : 1)),
    values: parts.map(([name, kind]) => {
      const column = readings.map((one) => one.values.get(name) ?? null);
      return kind === 'text'
        ? column.map((value) => (typeof value === 'string' ? value : null))
        : Float64Array.from(column, (value) => (typeof value === 'number' ? value : NaN));
    }),
  });
  return digest.hex();
}
