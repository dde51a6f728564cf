/** Finds a device of an account in the views, or says that there is none. */
import { Inject, Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import type { DeviceSchema, DeviceView } from '#contracts';
import { ViewStore, type ViewTables } from '#ports';
import { refuse } from '../../doors/rest/problem-error.js';

export type DeviceRow = Selectable<ViewTables['devices']>;

@Injectable()
export class Devices {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  /** Throws 404 for a device that is not there, not this account's, or retired. */
  async find(accountId: string, deviceId: string): Promise<DeviceRow> {
    const row = await this.views.db
      .selectFrom('devices')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .executeTakeFirst();
    if (!row) throw refuse('device.unknown', `There is no device ${deviceId.slice(0, 128)}.`);
    if (row.retired_at !== null) throw refuse('device.retired', `The device ${deviceId} was retired.`);
    return row;
  }

  async view(accountId: string, deviceId: string): Promise<{ view: DeviceView; revision: number }> {
    const row = await this.find(accountId, deviceId);
    const seen = await this.views.db
      .selectFrom('ledgers')
      .select(['latest_time', 'last_recorded_at'])
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .executeTakeFirst();
    return {
      view: deviceView({ ...row, latest_time: seen?.latest_time ?? null, last_recorded_at: seen?.last_recorded_at ?? null }),
      revision: row.revision,
    };
  }
}

export function deviceView(row: DeviceRow & { latest_time: number | null; last_recorded_at: number | null }): DeviceView {
  return {
    deviceId: row.device_id,
    name: row.name,
    tags: JSON.parse(row.tags) as Record<string, string>,
    schemaVersion: row.schema_version,
    schema: JSON.parse(row.schema) as DeviceSchema,
    registeredAt: new Date(row.registered_at).toISOString(),
    changedAt: new Date(row.changed_at).toISOString(),
    ...(row.latest_time === null ? {} : { lastReadingAt: isoOf(row.latest_time) }),
    ...(row.last_recorded_at === null ? {} : { lastSeenAt: isoOf(row.last_recorded_at) }),
  };
}

/** ISO 8601 in UTC; with microseconds where the time has them. */
export function isoOf(ms: number): string {
  const whole = Math.floor(ms);
  const text = new Date(whole).toISOString();
  const micros = Math.round((ms - whole) * 1000);
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
