/** The latest value of each field, by device time; with `asOf`, as it was known then. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Json, LatestView, ReadingColumns } from '#contracts';
import { EventLog, ViewStore } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { eventsUntil, valueAt } from '../shared/fold-device.js';
import { knownSchemas } from '../shared/known-schemas.js';
import type { Parameters } from '../shared/parameters.js';
import { type LatestRow, readLatest } from '../shared/upcast.js';

export class GetLatest extends Query<LatestView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(GetLatest)
export class GetLatestHandler implements IQueryHandler<GetLatest> {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: GetLatest): Promise<LatestView> {
    const { schema_version: schemaVersion } = await this.devices.find(accountId, deviceId);
    const asOf = await this.asOf.position(parameters);
    const rows = asOf === undefined ? await this.known(accountId, deviceId) : await this.knownAt(accountId, deviceId, asOf);
    const read = schemaVersion === 1 ? rows : readLatest(rows, await knownSchemas(this.views, { accountId, deviceId }, asOf));
    return { deviceId, fields: Object.fromEntries(read.map(({ field, value, time }) => [field, { value, time: isoOf(time) }])) };
  }

  private async known(accountId: string, deviceId: string): Promise<LatestRow[]> {
    const rows = await this.views.db
      .selectFrom('latest_values')
      .select(['field', 'value', 'time', 'position'])
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .orderBy('field')
      .execute();
    return rows.map((row) => ({ ...row, value: JSON.parse(row.value) as Json }));
  }

  private async knownAt(accountId: string, deviceId: string, asOf: number): Promise<LatestRow[]> {
    const latest = new Map<string, LatestRow>();
    for await (const { type, data, position } of eventsUntil(this.log, { accountId, deviceId, asOf })) {
      if (type === 'ReadingsReceived') foldLatest(latest, data as ReadingColumns, position);
    }
    return [...latest.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
  }
}

/** Of two readings with one time, the one that came later is the latest. */
function foldLatest(latest: Map<string, LatestRow>, { time: times, fields }: ReadingColumns, position: number): void {
  for (const [field, column] of Object.entries(fields)) {
    times.forEach((time, at) => {
      const value = valueAt(column, at);
      if (value !== undefined && time >= (latest.get(field)?.time ?? -Infinity)) latest.set(field, { field, value, time, position });
    });
  }
}
