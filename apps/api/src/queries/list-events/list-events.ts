/** What happened to a device: its events, oldest first, straight from the log. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { deviceStream, type EventsView, type Json, type RecordedEvent } from '#contracts';
import { EventLog } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { limitOf, type Parameters } from '../shared/parameters.js';

export class ListEvents extends Query<EventsView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(ListEvents)
export class ListEventsHandler implements IQueryHandler<ListEvents> {
  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: ListEvents): Promise<EventsView> {
    const limit = limitOf(parameters);
    const [from = 0] = (placeOf(parameters, ['number']) ?? []) as number[];
    const asOf = (await this.asOf.position(parameters)) ?? Infinity;
    await this.devices.find(accountId, deviceId);
    const events = await this.log.readStream(deviceStream(accountId, deviceId), from, limit + 1);
    const known = events.filter((event) => event.position <= asOf);
    const items = known.slice(0, limit).map(itemOf);
    return known.length > limit ? { items, next: cursorOf([items.at(-1)!.revision + 1]) } : { items };
  }
}

function itemOf({ position, revision, type, data, metadata }: RecordedEvent): EventsView['items'][number] {
  return { position: String(position), revision, type, recordedAt: isoOf(metadata.recordedAt), data: data as unknown as Json, metadata: metadata as unknown as Json };
}
