/** The schema of a device in all its versions, or as it was known at a position. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DeviceSchema, SchemaView } from '#contracts';
import { ViewStore } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { badParameter, type Parameters } from '../shared/parameters.js';

export class GetSchema extends Query<SchemaView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters = {},
  ) {
    super();
  }
}

@QueryHandler(GetSchema)
export class GetSchemaHandler implements IQueryHandler<GetSchema> {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: GetSchema): Promise<SchemaView> {
    await this.devices.find(accountId, deviceId);
    const position = await this.asOf.position(parameters);
    let query = this.views.db.selectFrom('schemas').selectAll().where('account_id', '=', accountId).where('device_id', '=', deviceId);
    if (position !== undefined) query = query.where('position', '<=', position);
    const rows = await query.orderBy('schema_version').execute();
    const versions = rows.map((row) => ({
      schemaVersion: row.schema_version,
      schema: JSON.parse(row.schema) as DeviceSchema,
      registeredAt: isoOf(row.registered_at),
    }));
    const latest = versions.at(-1);
    if (!latest) throw badParameter('asOf', 'The device had no schema then.');
    return { deviceId, schemaVersion: latest.schemaVersion, schema: latest.schema, versions };
  }
}
