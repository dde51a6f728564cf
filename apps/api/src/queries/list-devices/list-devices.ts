/** The devices of an account, by id. A key that is bound sees its own. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DeviceView, ListView } from '#contracts';
import { ViewStore } from '#ports';
import type { Credential } from '../../admission/credentials.js';
import { Devices, deviceView } from '../../commands/shared/devices.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { pageOfRows } from '../shared/page-of-rows.js';
import { limitOf, type Parameters } from '../shared/parameters.js';

export class ListDevices extends Query<ListView<DeviceView>> {
  constructor(
    readonly credential: Credential,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(ListDevices)
export class ListDevicesHandler implements IQueryHandler<ListDevices> {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  async execute({ credential, parameters }: ListDevices): Promise<ListView<DeviceView>> {
    const limit = limitOf(parameters);
    const [after] = placeOf(parameters, ['string']) ?? [];
    let query = this.views.db
      .selectFrom('devices')
      .leftJoin('ledgers', (join) =>
        join.onRef('ledgers.account_id', '=', 'devices.account_id').onRef('ledgers.device_id', '=', 'devices.device_id'),
      )
      .selectAll('devices')
      .select(['ledgers.latest_time', 'ledgers.last_recorded_at'])
      .where('devices.account_id', '=', credential.accountId)
      .where('devices.retired_at', 'is', null);
    if (credential.deviceIds) query = query.where('devices.device_id', 'in', [...credential.deviceIds]);
    if (after !== undefined) query = query.where('devices.device_id', '>', String(after));
    const large = ['devices.schema', 'devices.tags'];
    const { rows, more } = await pageOfRows(query.orderBy('devices.device_id'), { limit, large });
    const last = rows.at(-1);
    return { items: rows.map(deviceView), ...(more && last && { next: cursorOf([last.device_id]) }) };
  }
}

export class GetDevice extends Query<{ view: DeviceView; revision: number }> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
  ) {
    super();
  }
}

@QueryHandler(GetDevice)
export class GetDeviceHandler implements IQueryHandler<GetDevice> {
  constructor(@Inject(Devices) private readonly devices: Devices) {}

  execute({ accountId, deviceId }: GetDevice): Promise<{ view: DeviceView; revision: number }> {
    return this.devices.view(accountId, deviceId);
  }
}
