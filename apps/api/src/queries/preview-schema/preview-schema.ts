/** What the history of a device would become under another schema; nothing is changed. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DeviceSchema, FieldSchema, Json } from '#contracts';
import { isSchema, parseSchema, TIME_END_MS, TIME_MIN_MS, whyBreaksHistory } from '#domain';
import { type DeviceRef, type ReadingRows, SeriesStore, ViewStore } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { ProblemError } from '../../doors/rest/problem-error.js';
import { partsIn } from '../shared/parts.js';
import { readingAt } from '../shared/reading-rows.js';
import { scaleAll } from '../shared/upcast.js';

export interface SchemaPreview {
  deviceId: string;
  schemaVersion: number;
  /** True where the schema would be refused. */
  breaks: boolean;
  errors: Json[];
  fields: Record<string, FieldFate>;
  /** Recent readings, as they are and as they would be read. */
  sample: { time: string; values: Record<string, Json>; would: Record<string, Json> }[];
}

export interface FieldFate {
  change: 'same' | 'renamed' | 'scaled' | 'new' | 'dropped' | 'breaks';
  from?: string;
  message?: string;
}

export class PreviewSchema extends Query<SchemaPreview> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    /** As it was sent. */
    readonly schema: unknown,
  ) {
    super();
  }
}

const SAMPLE_READINGS = 10;
/** Looked back over, from the latest reading, until the sample is full: a second, a minute, an hour, a day, a month. */
const LOOKS_BACK_MS = [1_000, 60_000, 3_600_000, 86_400_000, 2_592_000_000];

@QueryHandler(PreviewSchema)
export class PreviewSchemaHandler implements IQueryHandler<PreviewSchema> {
  constructor(
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(Devices) private readonly devices: Devices,
  ) {}

  async execute({ accountId, deviceId, schema }: PreviewSchema): Promise<SchemaPreview> {
    const row = await this.devices.find(accountId, deviceId);
    const next = parseSchema(schema);
    if (!isSchema(next)) throw new ProblemError(next.code, next.message, { ...next.details });
    const former = JSON.parse(row.schema) as DeviceSchema;
    const broken = whyBreaksHistory(former, next);
    if (broken?.code === 'schema.invalid') throw new ProblemError(broken.code, broken.message, { ...broken.details });
    const errors = (broken?.details?.['errors'] ?? []) as { path: string; message: string }[];
    const fields = fatesOf(former, next, new Map(errors.map(({ path, message }) => [path.slice('fields.'.length), message])));
    return {
      deviceId,
      schemaVersion: row.schema_version + 1,
      breaks: broken !== undefined,
      errors,
      fields,
      sample: await this.sample(accountId, deviceId, { former, next, fields }),
    };
  }

  private async sample(accountId: string, deviceId: string, { former, next, fields }: Asked): Promise<SchemaPreview['sample']> {
    const rows = await this.recent({ accountId, deviceId });
    const parts = partsIn([former]);
    return Array.from(rows.time, (time, at) => {
      const values = readingAt(rows, parts, at);
      return { time: isoOf(time), values, would: readUnder(values, next, fields) };
    });
  }

  private async recent(device: DeviceRef): Promise<ReadingRows> {
    const row = await this.views.db
      .selectFrom('ledgers')
      .select('latest_time')
      .where('account_id', '=', device.accountId)
      .where('device_id', '=', device.deviceId)
      .executeTakeFirst();
    const latest = row?.latest_time ?? 0;
    const [to, limit] = [TIME_END_MS, SAMPLE_READINGS];
    for (const back of LOOKS_BACK_MS) {
      if ((await this.series.count({ ...device, from: latest - back, to })) >= limit)
        return this.series.readings({ ...device, from: latest - back, to, limit });
    }
    return this.series.readings({ ...device, from: TIME_MIN_MS, to, limit });
  }
}

interface Asked {
  former: DeviceSchema;
  next: DeviceSchema;
  fields: Record<string, FieldFate>;
}

function fatesOf(former: DeviceSchema, next: DeviceSchema, broken: Map<string, string>): Record<string, FieldFate> {
  const used = new Set<string>();
  const fates: [string, FieldFate][] = Object.keys(next.fields).map((name) => {
    const upcast = next.upcasts?.[name];
    const from = upcast?.from ?? name;
    const source: FieldSchema | undefined = Object.hasOwn(former.fields, from) ? former.fields[from] : undefined;
    if (source) used.add(from);
    const renamed = from === name ? {} : { from };
    const message = broken.get(name);
    if (message !== undefined) return [name, { change: 'breaks', message, ...renamed }];
    if (!source) return [name, { change: 'new' }];
    const scaled = (upcast?.scale ?? 1) !== 1 || (upcast?.offset ?? 0) !== 0;
    return [name, { change: scaled ? 'scaled' : from === name ? 'same' : 'renamed', ...renamed }];
  });
  const dropped = Object.keys(former.fields).filter((name) => !used.has(name));
  return Object.fromEntries([
    ...fates,
    ...dropped.filter((name) => !Object.hasOwn(next.fields, name)).map((name): [string, FieldFate] => [name, { change: 'dropped' }]),
  ]);
}

function readUnder(values: Record<string, Json>, next: DeviceSchema, fates: Record<string, FieldFate>): Record<string, Json> {
  const read: [string, Json][] = [];
  for (const name of Object.keys(next.fields)) {
    const fate = fates[name]!;
    const { from = name, scale = 1, offset = 0 } = next.upcasts?.[name] ?? {};
    if (fate.change === 'new' || fate.change === 'breaks' || !Object.hasOwn(values, from)) continue;
    read.push([name, scaleAll(values[from]!, scale, offset)]);
  }
  return Object.fromEntries(read);
}
