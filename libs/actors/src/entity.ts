/** One live entity: what it is, what waits for it, and its place in the order of use. Held only by its shard's thread. */
import type { AnyBehaviour } from './behaviour.js';
import type { Delivery } from './delivery.js';

const NOTHING: Delivery[] = [];

/** 0.4 kB beside its state: no closure, no promise and no array of its own while it is idle. */
export class Entity {
  state: unknown = undefined;
  /** Of the last event folded into `state`; -1 where there is none. */
  revision = -1;
  /** Of that event, in the whole log. */
  position = 0;
  /** Of that event; never falls along a stream. */
  recordedAt = 0;
  loaded = false;
  /** A turn is under way, or it waits for one. */
  busy = false;
  eventsSinceSnapshot = 0;
  snapshotting = false;
  failures = 0;
  /** Commands of the turn under way. */
  taken = 0;
  waiting: Delivery[] = NOTHING;
  usedAt = 0;
  older: Entity | undefined = undefined;
  newer: Entity | undefined = undefined;

  constructor(
    readonly stream: string,
    readonly behaviour: AnyBehaviour,
    /** `device/17`: category and shard, for the events' metadata. */
    readonly actor: string,
  ) {}

  get depth(): number {
    return this.waiting.length + this.taken;
  }

  put(delivery: Delivery): void {
    if (this.waiting === NOTHING) this.waiting = [delivery];
    else this.waiting.push(delivery);
  }

  putBack(deliveries: Delivery[]): void {
    this.waiting = deliveries.concat(this.waiting);
  }

  /** What goes into the next append, in order. A command that failed before goes alone. */
  take(commandsMax: number, bytesMax: number): Delivery[] {
    const { waiting } = this;
    let count = 0;
    let bytes = 0;
    while (count < waiting.length && count < commandsMax) {
      const next = waiting[count]!;
      bytes += next.envelope.body?.byteLength ?? 0;
      if (count > 0 && (bytes > bytesMax || next.tries > 0)) break;
      count++;
      if (next.tries > 0) break;
    }
    if (count === waiting.length) {
      this.waiting = NOTHING;
      return waiting;
    }
    return waiting.splice(0, count);
  }

  forget(): void {
    this.loaded = false;
    this.state = undefined;
    this.revision = -1;
    this.position = 0;
    this.recordedAt = 0;
    this.eventsSinceSnapshot = 0;
  }
}
