/** Readings of a device that were refused, the newest first, each with its verdict and as it was sent. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Json, RejectionsView } from '#contracts';
import { ViewStore } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { pageOfRows } from '../shared/page-of-rows.js';
import { limitOf, type Parameters } from '../shared/parameters.js';

export class ListRejections extends Query<RejectionsView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(ListRejections)
export class ListRejectionsHandler implements IQueryHandler<ListRejections> {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: ListRejections): Promise<RejectionsView> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number', 'number']) as [number, number] | undefined;
    const asOf = await this.asOf.position(parameters);
    await this.devices.find(accountId, deviceId);
    let query = this.views.db.selectFrom('rejections').selectAll().where('account_id', '=', accountId).where('device_id', '=', deviceId);
    if (asOf !== undefined) query = query.where('position', '<=', asOf);
    if (after) {
      const [position, index] = after;
      query = query.where((row) =>
        row.or([row('position', '<', position), row.and([row('position', '=', position), row('index_in_request', '>', index)])]),
      );
    }
    const newestFirst = query.orderBy('position', 'desc').orderBy('index_in_request');
    const { rows, more } = await pageOfRows(newestFirst, { limit, large: ['reading', 'message', 'field'] });
    const items = rows.map((row) => ({
      position: String(row.position),
      index: row.index_in_request,
      ...(row.field === null ? {} : { field: row.field }),
      code: row.code,
      message: row.message,
      recordedAt: isoOf(row.recorded_at),
      reading: JSON.parse(row.reading) as Json,
    }));
    const last = rows.at(-1);
    return { items, ...(more && last && { next: cursorOf([last.position, last.index_in_request]) }) };
  }
}
