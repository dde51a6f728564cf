/** The parts of a device that a query may name, from all versions of its schema. */
import { Inject, Injectable } from '@nestjs/common';
import type { DeviceSchema } from '#contracts';
import { ViewStore } from '#ports';
import { type Part, partsIn } from './parts.js';

@Injectable()
export class KnownParts {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  async of(accountId: string, deviceId: string): Promise<Map<string, Part>> {
    const rows = await this.views.db
      .selectFrom('schemas')
      .select('schema')
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .orderBy('schema_version')
      .execute();
    return partsIn(rows.map((row) => JSON.parse(row.schema) as DeviceSchema));
  }
}
