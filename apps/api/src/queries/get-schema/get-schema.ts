/** The schema of a device in all its versions, or as it was known at a position. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { SchemaView } from '#contracts';
import { ViewStore } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { knownSchemas } from '../shared/known-schemas.js';
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
    const known = await knownSchemas(this.views, { accountId, deviceId }, position);
    const versions = known.map(({ schema_version: schemaVersion, schema, registered_at }) => ({
      schemaVersion,
      schema,
      registeredAt: isoOf(registered_at),
    }));
    const latest = versions.at(-1);
    if (!latest) throw badParameter('asOf', 'The device had no schema then.');
    return { deviceId, schemaVersion: latest.schemaVersion, schema: latest.schema, versions };
  }
}
