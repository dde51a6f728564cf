/** What happened to a device: its events, straight from the log, the oldest first or the newest. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { deviceStream, type EventsView, type Json, type RecordedEvent } from '#contracts';
import { BATCH_BYTES_MAX, EventLog, firstRevision, reaches } from '#ports';
import { Devices, isoOf } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { limitOf, oneOf, type Parameters } from '../shared/parameters.js';

const NEWEST = 'newest';
const ORDERS = ['oldest', NEWEST] as const;

interface Bounds {
  /** Position of the last one that was known. */
  asOf: number;
  limit: number;
}

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
    const asOf = (await this.asOf.position(parameters)) ?? Infinity;
    await this.devices.find(accountId, deviceId);
    const stream = deviceStream(accountId, deviceId);
    return oneOf(parameters, 'order', ORDERS) === NEWEST
      ? this.newestFirst(stream, parameters, { asOf, limit })
      : this.oldestFirst(stream, parameters, { asOf, limit });
  }

  private async oldestFirst(stream: string, parameters: Parameters, { asOf, limit }: Bounds): Promise<EventsView> {
    const [from = 0] = (placeOf(parameters, ['number']) ?? []) as number[];
    const events = await this.log.readStream(stream, from, limit, BATCH_BYTES_MAX);
    const items = events.filter((event) => event.position <= asOf).map(itemOf);
    if (items.length === 0 || items.length < events.length) return { items };
    // Fewer than asked for are not the end: they may be large.
    const next = items.at(-1)!.revision + 1;
    return (await reaches(this.log, stream, next)) ? { items, next: cursorOf([next]) } : { items };
  }

  private async newestFirst(stream: string, parameters: Parameters, { asOf, limit }: Bounds): Promise<EventsView> {
    const place = placeOf(parameters, ['string', 'number']) as [string, number] | undefined;
    const end = await firstRevision(this.log, stream, ({ position }) => position > asOf);
    const before = Math.min(Math.floor(place?.[1] ?? end), end);
    if (before <= 0) return { items: [] };
    const events = await this.newestBefore(stream, before, limit);
    const items = events.reverse().map(itemOf);
    const next = items.at(-1)?.revision ?? 0;
    return next > 0 ? { items, next: cursorOf([NEWEST, next]) } : { items };
  }

  /** Of the events before a revision as many as fit, at least one. What is read stops at the large ones, and the newest are behind them: so
   *  half as many are tried until they are there. */
  private async newestBefore(stream: string, before: number, limit: number): Promise<RecordedEvent[]> {
    for (let asked = Math.min(limit, before); ; asked = Math.ceil(asked / 2)) {
      const events = await this.log.readStream(stream, before - asked, asked, BATCH_BYTES_MAX);
      if (events.at(-1)?.revision === before - 1 || asked === 1) return events;
    }
  }
}

function itemOf({ position, revision, type, data, metadata }: RecordedEvent): EventsView['items'][number] {
  return {
    position: String(position),
    revision,
    type,
    recordedAt: isoOf(metadata.recordedAt),
    data: data as unknown as Json,
    metadata: metadata as unknown as Json,
  };
}
