/** The latest value of each field, by device time; with `asOf`, as it was known then. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Json, LatestView, ReadingColumns } from '#contracts';
import { EventLog, ViewStore } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { eventsUntil, valueAt } from '../shared/fold-device.js';
import type { Parameters } from '../shared/parameters.js';

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
    await this.devices.find(accountId, deviceId);
    const asOf = await this.asOf.position(parameters);
    if (asOf !== undefined) return { deviceId, fields: await this.knownAt(accountId, deviceId, asOf) };
    const rows = await this.views.db.selectFrom('latest_values').select(['field', 'value', 'time']).where('account_id', '=', accountId).where('device_id', '=', deviceId).orderBy('field').execute();
    return { deviceId, fields: Object.fromEntries(rows.map((row) => [row.field, { value: JSON.parse(row.value) as Json, time: isoOf(row.time) }])) };
  }

  private async knownAt(accountId: string, deviceId: string, asOf: number): Promise<LatestView['fields']> {
    const latest = new Map<string, { value: Json; time: number }>();
    for await (const { type, data } of eventsUntil(this.log, { accountId, deviceId, asOf })) {
      if (type === 'ReadingsReceived') foldLatest(latest, data as ReadingColumns);
    }
    const sorted = [...latest].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([field, { value, time }]) => [field, { value, time: isoOf(time) }]));
  }
}

/** Of two readings with one time, the one that came later is the latest. */
function foldLatest(latest: Map<string, { value: Json; time: number }>, { time: times, fields }: ReadingColumns): void {
  for (const [field, column] of Object.entries(fields)) {
    times.forEach((time, at) => {
      const value = valueAt(column, at);
      if (value !== undefined && time >= (latest.get(field)?.time ?? -Infinity)) latest.set(field, { value, time });
    });
  }
}
