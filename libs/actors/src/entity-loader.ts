/** Reads entities back from the log: state at a wake-up, and the events of a command that may have been decided before. */
import type { RecordedEvent } from '#contracts';
import { BATCH_BYTES_MAX } from '#ports';
import type { AnyBehaviour } from './behaviour.js';
import type { Delivery } from './delivery.js';
import type { Entity } from './entity.js';
import { eventIdOf } from './event-ids.js';
import { bearsOut, thawSnapshot, type ThawedSnapshot } from './snapshot-form.js';
import { EntityDefectError, Slots, type ShardContext } from './shard-context.js';

/** Events a page when a stream is searched from its end. */
const SEARCH_PAGE = 128;
/** More than any entity of ours makes of one command; of a longer answer the rest is read as well. */
const EVENTS_A_COMMAND = 8;

export class EntityLoader {
  private readonly slots: Slots;

  constructor(private readonly context: ShardContext) {
    this.slots = new Slots(context.limits.loadsMax);
  }

  /** State = snapshot + tail. Rejects with `EntityDefectError` where the history cannot be folded, else with the log's error. */
  load(entity: Entity): Promise<void> {
    const { stats } = this.context;
    stats.add('loading');
    return this.slots
      .run(async () => {
        stats.add('loads');
        const snapshot = await this.snapshotOf(entity);
        if (snapshot && (await this.replayFromSnapshot(entity, snapshot))) return;
        await this.replay(entity, undefined);
      })
      .finally(() => stats.add('loading', -1));
  }

  /** The events that deliveries flagged as `retried` already have in the log. `recordedAt` never falls along a stream and is never below the
   *  `receivedAt` of its command, so the search ends at the first event older than the commands it looks for. */
  async findOwn(entity: Entity, deliveries: Delivery[]): Promise<Map<Delivery, RecordedEvent[]>> {
    const found = new Map<string, RecordedEvent[]>();
    const wanted = new Set(deliveries.map((delivery) => delivery.envelope.commandId));
    const since = Math.min(...deliveries.map((delivery) => delivery.envelope.receivedAt));
    for (let last = entity.revision; last >= 0; last -= SEARCH_PAGE) {
      const first = Math.max(0, last - SEARCH_PAGE + 1);
      const { kept, recordedAt } = await this.search(entity.stream, { first, last }, (event) => {
        return wanted.has(event.metadata.commandId) && isOwn(event);
      });
      for (const event of kept.reverse()) {
        const events = found.get(event.metadata.commandId);
        if (events) events.unshift(event);
        else found.set(event.metadata.commandId, [event]);
      }
      if (recordedAt === undefined || recordedAt < since) break;
    }
    return this.matched(entity.behaviour, deliveries, found);
  }

  /** The events of a command that was decided before, from their first revision on. */
  async eventsOf(entity: Entity, commandId: string, revision: number): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (let count = EVENTS_A_COMMAND; events.length < count;) {
      const page = await this.read(entity.stream, revision + events.length, count - events.length);
      if (page.length === 0) break;
      events.push(...page);
      count = events[0]!.metadata.part[1];
    }
    return events.filter((event) => event.metadata.commandId === commandId).map((event) => upcast(entity.behaviour, event));
  }

  /** What of a range of revisions is to be kept, and when its first event was recorded. What is not kept is let go page by page. */
  private async search(
    stream: string,
    { first, last }: { first: number; last: number },
    isWanted: (event: RecordedEvent) => boolean,
  ): Promise<{ kept: RecordedEvent[]; recordedAt?: number }> {
    const kept: RecordedEvent[] = [];
    let recordedAt: number | undefined;
    for (let next = first; next <= last;) {
      const page = await this.read(stream, next, last - next + 1);
      if (page.length === 0) break;
      recordedAt ??= page[0]!.metadata.recordedAt;
      kept.push(...page.filter(isWanted));
      next = page.at(-1)!.revision + 1;
    }
    return { kept, ...(recordedAt !== undefined && { recordedAt }) };
  }

  private read(stream: string, revision: number, limit: number): Promise<RecordedEvent[]> {
    return this.slots.run(() => this.context.log.readStream(stream, revision, limit, BATCH_BYTES_MAX));
  }

  private matched(behaviour: AnyBehaviour, deliveries: Delivery[], found: Map<string, RecordedEvent[]>): Map<Delivery, RecordedEvent[]> {
    const matched = new Map<Delivery, RecordedEvent[]>();
    for (const delivery of deliveries) {
      const events = found.get(delivery.envelope.commandId);
      // The same id with another body is another request: the decider refuses it.
      if (!events || events[0]!.metadata.bodyHash !== delivery.envelope.bodyHash) continue;
      matched.set(
        delivery,
        events.map((event) => upcast(behaviour, event)),
      );
    }
    return matched;
  }

  private async snapshotOf(entity: Entity): Promise<ThawedSnapshot | undefined> {
    const snapshot = await this.context.log.loadSnapshot(entity.stream);
    if (!snapshot || snapshot.snapshotVersion !== entity.behaviour.snapshotVersion) return undefined;
    return thawSnapshot(entity.behaviour, snapshot);
  }

  private async replayFromSnapshot(entity: Entity, snapshot: ThawedSnapshot): Promise<boolean> {
    try {
      return await this.replay(entity, snapshot);
    } catch (error) {
      if (error instanceof EntityDefectError) return false;
      throw error;
    }
  }

  /** From a snapshot on, its own last event is read again: where the log lost its end with the machine, or tells another story since,
   *  the snapshot is not borne out, and the answer is false. */
  private async replay(entity: Entity, start: ThawedSnapshot | undefined): Promise<boolean> {
    const { log, limits } = this.context;
    entity.forget();
    let state = start ? start.state : entity.behaviour.decider.initial;
    let next = start ? start.revision : 0;
    for (let first = true; ; first = false) {
      const page = await log.readStream(entity.stream, next, limits.pageEvents, BATCH_BYTES_MAX);
      if (first && start && !bearsOut(page[0], start)) return false;
      state = fold(entity.behaviour, state, first && start ? page.slice(1) : page);
      entity.eventsSinceSnapshot += first && start ? page.length - 1 : page.length;
      const last = page.at(-1);
      if (!last) break;
      entity.revision = last.revision;
      entity.position = last.position;
      entity.recordedAt = last.metadata.recordedAt;
      next = last.revision + 1;
    }
    entity.state = state;
    entity.loaded = true;
    return true;
  }
}

const isOwn = (event: RecordedEvent): boolean =>
  event.metadata.eventId === eventIdOf(event.stream, event.metadata.commandId, event.metadata.part[0]);

function upcast(behaviour: AnyBehaviour, event: RecordedEvent): RecordedEvent {
  return event.eventVersion === behaviour.eventVersion(event.type) ? event : behaviour.upcast(event);
}

function fold(behaviour: AnyBehaviour, from: unknown, events: RecordedEvent[]): unknown {
  try {
    let state = from;
    for (const event of events) {
      const { commandId, bodyHash, recordedAt } = event.metadata;
      state = behaviour.decider.evolve(state, {
        event: upcast(behaviour, event),
        commandId,
        bodyHash,
        recordedAt,
        revision: event.revision,
      });
    }
    return state;
  } catch (error) {
    const stream = events[0]?.stream ?? '';
    throw new EntityDefectError(`${stream} cannot be folded: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
