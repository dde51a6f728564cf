/** The parts of a device that a query may name, from all versions of its schema, or from those that were known at a position. */
import { Inject, Injectable } from '@nestjs/common';
import type { DeviceSchema } from '#contracts';
import { ViewStore } from '#ports';
import { type Part, partsIn } from './parts.js';

@Injectable()
export class KnownParts {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  async of(accountId: string, deviceId: string, asOf = Infinity): Promise<Map<string, Part>> {
    const rows = await this.views.db
      .selectFrom('schemas')
      .select(['schema', 'position'])
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .orderBy('schema_version')
      .execute();
    return partsIn(rows.filter(({ position }) => position <= asOf).map((row) => JSON.parse(row.schema) as DeviceSchema));
  }
}
