/** What happened to a device: its events, straight from the log, the oldest first or the newest. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { deviceStream, type EventsView, type Json, type RecordedEvent } from '#contracts';
import { EventLog, firstRevision } from '#ports';
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
    const { events, more } = await this.page(stream, from, limit);
    const items = events.filter((event) => event.position <= asOf).map(itemOf);
    return more && items.length === events.length ? { items, next: cursorOf([items.at(-1)!.revision + 1]) } : { items };
  }

  private async newestFirst(stream: string, parameters: Parameters, { asOf, limit }: Bounds): Promise<EventsView> {
    const place = placeOf(parameters, ['string', 'number']) as [string, number] | undefined;
    const end = await firstRevision(this.log, stream, ({ position }) => position > asOf);
    let before = Math.min(Math.floor(place?.[1] ?? end), end);
    const events: RecordedEvent[] = [];
    for (let cells = 0; before > 0 && events.length < limit && cells < CELLS_A_PAGE;) {
      const asked = Math.min(READ_AT_ONCE, limit - events.length, before);
      const read = await this.log.readStream(stream, before - asked, asked);
      events.push(...read.reverse());
      before -= asked;
      cells += cellsOf(read);
    }
    const items = events.map(itemOf);
    return before > 0 ? { items, next: cursorOf([NEWEST, before]) } : { items };
  }

  /** At most `limit`, and fewer where they are large: `next` tells where to go on. */
  private async page(stream: string, from: number, limit: number): Promise<{ events: RecordedEvent[]; more: boolean }> {
    const events: RecordedEvent[] = [];
    for (let cells = 0; events.length < limit && cells < CELLS_A_PAGE;) {
      const asked = Math.min(READ_AT_ONCE, limit - events.length);
      const read = await this.log.readStream(stream, from + events.length, asked);
      events.push(...read);
      if (read.length < asked) return { events, more: false };
      cells += cellsOf(read);
    }
    return { events, more: (await this.log.readStream(stream, from + events.length, 1)).length > 0 };
  }
}

/** Values in one page: a thousand events of ten thousand readings would be gigabytes. */
const CELLS_A_PAGE = 500_000;
const READ_AT_ONCE = 25;

const cellsOf = (events: readonly RecordedEvent[]): number => events.reduce((sum, event) => sum + cellsIn(event), 0);

function cellsIn({ data }: RecordedEvent): number {
  const { time, fields, readings } = data as { time?: unknown[]; fields?: object; readings?: unknown[] };
  return (time?.length ?? 0) * (1 + Object.keys(fields ?? {}).length) + 10 * (readings?.length ?? 0);
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
