/** Catch-up, then live: the follow loop that every event log adapter of one process shares. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '#contracts';
import { BATCH_BYTES_MAX, type Follower, type FollowOptions } from '#ports';

export interface FollowSource {
  /** May leave out what stands before the first that is wanted, but for the last. */
  readAll(afterPosition: number, limit: number, bytesMax: number, wants?: FollowOptions['wants']): Promise<RecordedEvent[]>;
  /** Must lead to `advance` as soon as the head stands above this position; at once where it already does. */
  askForHeadAbove(position: number): void;
}

export class LogFollowers {
  readonly #source: FollowSource;
  readonly #following = new Set<LogFollower>();
  /** The last batch, for the other followers: they stand close to each other, and reading costs more than most of them do with it. */
  #last: { after: number; events: RecordedEvent[] } | undefined;
  /** Highest head that was told of. */
  #head = -1;

  constructor(source: FollowSource) {
    this.#source = source;
  }

  follow(afterPosition: number, { batchMax, wants }: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    const shared: FollowSource = {
      readAll: (after, limit, bytesMax) =>
        wants ? this.#source.readAll(after, limit, bytesMax, wants) : this.#read(after, limit, bytesMax),
      askForHeadAbove: (position) => this.#ask(position),
    };
    // One that has read just what was told of need not look for more: it asks, and is told at once where there is more.
    const isAtHead = (position: number): boolean => position === this.#head;
    const follower = new LogFollower(shared, isAtHead, afterPosition, Math.max(1, batchMax), handle);
    this.#following.add(follower);
    const forget = (): boolean => this.#following.delete(follower);
    follower.done.then(forget, forget);
    return follower;
  }

  /** The log has grown up to here: wakes those that wait for it. */
  advance(head: number): void {
    this.#head = Math.max(this.#head, head);
    for (const follower of this.#following) if (follower.waitsAbove < head) follower.wake();
  }

  /** The lowest position that someone waits above; undefined where nobody waits. */
  lowestWait(): number | undefined {
    let lowest = Infinity;
    for (const { waitsAbove } of this.#following) lowest = Math.min(lowest, waitsAbove);
    return lowest === Infinity ? undefined : lowest;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#following].map((follower) => follower.close()));
    this.#last = undefined;
  }

  /** What is in the log never changes, so what one follower was given is what another would read. */
  async #read(after: number, limit: number, bytesMax: number): Promise<RecordedEvent[]> {
    const { events: kept, after: keptAfter } = this.#last ?? { events: [], after: Infinity };
    if (after >= keptAfter && after < kept.at(-1)!.position) {
      const fresh = after === keptAfter ? kept : kept.filter(({ position }) => position > after);
      return fresh.length <= limit ? fresh : fresh.slice(0, limit);
    }
    const events = await this.#source.readAll(after, limit, bytesMax);
    if (events.length > 0 && this.#following.size > 1) this.#last = { after, events };
    return events;
  }

  #ask(position: number): void {
    // Where all wait, all have had it.
    if ([...this.#following].every(({ waitsAbove }) => waitsAbove < Infinity)) this.#last = undefined;
    this.#source.askForHeadAbove(position);
  }
}

class LogFollower implements Follower {
  readonly done: Promise<void>;
  /** Infinity while it does not wait. */
  waitsAbove = Infinity;
  readonly #source: FollowSource;
  readonly #isAtHead: (position: number) => boolean;
  #closing = false;
  #wake: (() => void) | undefined;

  constructor(
    source: FollowSource,
    isAtHead: (position: number) => boolean,
    after: number,
    batchMax: number,
    handle: (events: RecordedEvent[]) => Promise<void>,
  ) {
    this.#source = source;
    this.#isAtHead = isAtHead;
    this.done = this.#run(after, batchMax, handle);
  }

  wake(): void {
    this.waitsAbove = Infinity;
    this.#wake?.();
    this.#wake = undefined;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.wake();
    await this.done.catch(() => undefined);
  }

  async #run(after: number, batchMax: number, handle: (events: RecordedEvent[]) => Promise<void>): Promise<void> {
    let position = after;
    // A turn of the event loop before each batch: a long catch-up must not starve the thread's other work, nor its own close.
    for (await nextTurn(); !this.#closing; await nextTurn()) {
      const events = await this.#source.readAll(position, batchMax, BATCH_BYTES_MAX);
      if (this.#closing) return;
      const last = events.at(-1);
      if (last) {
        await handle(events);
        position = last.position;
      }
      if (!this.#closing && (!last || this.#isAtHead(position))) await this.#headAbove(position);
    }
  }

  #headAbove(position: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.waitsAbove = position;
      this.#source.askForHeadAbove(position);
    });
  }
}
