/** What was trained on the fields of a device, the newest first. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ListView, ModelRegistered, ModelView } from '#contracts';
import { ViewStore, type ViewTables } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { pageOfRows } from '../shared/page-of-rows.js';
import { limitOf, type Parameters } from '../shared/parameters.js';

export class ListModels extends Query<ListView<ModelView>> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(ListModels)
export class ListModelsHandler implements IQueryHandler<ListModels> {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: ListModels): Promise<ListView<ModelView>> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number']) as [number] | undefined;
    const asOf = await this.asOf.position(parameters);
    await this.devices.find(accountId, deviceId);
    let query = this.views.db.selectFrom('models').selectAll().where('account_id', '=', accountId).where('device_id', '=', deviceId);
    if (asOf !== undefined) query = query.where('position', '<=', asOf);
    if (after) query = query.where('position', '<', after[0]);
    const { rows, more } = await pageOfRows(query.orderBy('position', 'desc'), { limit, large: ['model'] });
    const last = rows.at(-1);
    return { items: rows.map(viewOf), ...(more && last && { next: cursorOf([last.position]) }) };
  }
}

function viewOf({ model, trained_at }: ViewTables['models']): ModelView {
  const { accountId: _, input, position, from, to, ...data } = JSON.parse(model) as ModelRegistered['data'];
  const { readings, firstAt, lastAt, schemaVersions } = input;
  return {
    ...data,
    trainedAt: isoOf(trained_at),
    position: String(position),
    ...(from !== undefined && { from: isoOf(from) }),
    ...(to !== undefined && { to: isoOf(to) }),
    ...{ readings, schemaVersions },
    ...(firstAt !== undefined && { firstAt: isoOf(firstAt) }),
    ...(lastAt !== undefined && { lastAt: isoOf(lastAt) }),
  };
}
