/** The log as several lanes follow it: read and parsed once, and only when one asks for more, each at its own pace, none held up by
 *  one in trouble. */
import type { RecordedEvent } from '#contracts';
import { BATCH_BYTES_MAX, type EventLog } from '#ports';
import { keepFollowing, type Following } from './keep-following.js';
import type { Trouble } from './retry.js';
import { signal } from './signal.js';

/** What waits for the slowest lane, in batches of the log (each bounded by bytes): enough to keep all busy. */
const WAITING_BATCHES_MAX = 3;
/** Events a batch: a transaction over so many one-reading events takes some 100 ms, which is what a reader waits at most. */
const BATCH_EVENTS_MAX = 4_096;

export interface SharedTail {
  /** Begins behind `position`. `next` gives what stands after what it gave before; nothing once the tail is closed. */
  reader(position: number): TailReader;
  close(): Promise<void>;
}

export interface TailReader {
  /** Undefined once the tail is closed; no events where it was woken. */
  next(): Promise<RecordedEvent[] | undefined>;
  /** Gives up waiting. */
  wake(): void;
  /** Goes on behind this position; at infinity it wants nothing, and nobody waits for it. */
  seek(position: number): void;
  /** A lane in trouble: nobody waits for it; when it comes back it reads by itself until it has caught up. */
  detach(): void;
  close(): void;
}

/** Told of what was read after which position. */
export type Saw = (after: number, events: readonly RecordedEvent[]) => void;

/** Follows the log from its `head` on; what is older a reader gets from the log by itself. */
export function openSharedTail(log: EventLog, head: number, trouble: Trouble, saw: Saw = () => undefined): SharedTail {
  return new Tail(log, head, trouble, saw);
}

class Tail implements SharedTail {
  closed = false;
  private readonly batches: RecordedEvent[][] = [];
  /** Everything after this position, up to the last batch, is here. */
  private since: number;
  private readonly readers = new Set<Reader>();
  private following: Following;
  private readonly ending: Promise<void>[] = [];
  /** Fires when there is something for the readers to look at … */
  private moved = signal();
  /** … and when there may be reason to read on. */
  private asked = signal();

  constructor(
    private readonly log: EventLog,
    head: number,
    private readonly trouble: Trouble,
    private readonly saw: Saw,
  ) {
    this.since = head;
    this.following = this.follow(head);
  }

  /** Begins anew behind `position`, where nobody has wanted anything for a while: what lies between is nobody's. */
  restart(position: number): void {
    this.ending.push(this.following.close());
    this.batches.length = 0;
    this.since = position;
    this.following = this.follow(position);
    this.ask();
  }

  reader(position: number): TailReader {
    const reader = new Reader(this, position, (closed) => {
      if (closed) this.readers.delete(reader);
      this.evict();
      this.announce();
      this.ask();
    });
    this.readers.add(reader);
    return reader;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.moved.fire();
    this.asked.fire();
    await Promise.all([...this.ending, this.following.close()]);
  }

  isWanted(): boolean {
    return [...this.readers].some(({ position }) => position < Infinity);
  }

  /** What stands here after `position`; undefined where that begins before what is here. */
  after(position: number): RecordedEvent[] | undefined {
    if (position < this.since) return undefined;
    const fresh = this.batches.filter((batch) => batch.at(-1)!.position > position);
    const [first, ...others] = fresh;
    if (!first) return [];
    const rest = first[0]!.position > position ? first : first.filter((event) => event.position > position);
    return others.length === 0 ? rest : rest.concat(...others);
  }

  /** From the log itself. Where it has nothing more, the reader stands where the tail began when it was asked. */
  async olderThanTail(position: number): Promise<{ events: RecordedEvent[]; position: number }> {
    const { since } = this;
    const events = await this.log.readAll(position, BATCH_EVENTS_MAX, BATCH_BYTES_MAX);
    return { events, position: events.at(-1)?.position ?? since };
  }

  change(): Promise<void> {
    return this.moved.fired;
  }

  /** A reader has had all that is here, and waits for more. */
  ask(): void {
    const { fire } = this.asked;
    this.asked = signal();
    fire();
  }

  private follow(after: number): Following {
    const { log, trouble } = this;
    const following: Following = keepFollowing({ log, after, batchMax: BATCH_EVENTS_MAX, trouble }, async (events) => {
      if (this.following === following) await this.push(events, following);
    });
    return following;
  }

  /** Called by the follower, which reads on when this resolves: when a lane wants more, and the slowest has room. What gathers in the log
   *  meanwhile is read at once, which costs half of reading it commit by commit. */
  private async push(events: RecordedEvent[], following: Following): Promise<void> {
    this.saw(this.batches.at(-1)?.at(-1)?.position ?? this.since, events);
    this.batches.push(events);
    this.evict();
    this.announce();
    const end = events.at(-1)!.position;
    while (!this.closed && this.following === following && !(this.isMoreWanted(end) && this.hasRoom(end))) await this.asked.fired;
  }

  private isMoreWanted(after: number): boolean {
    for (const reader of this.readers) if (reader.hungry && reader.position >= after && reader.position < Infinity) return true;
    return false;
  }

  private hasRoom(end: number): boolean {
    return this.batches.length < WAITING_BATCHES_MAX || this.slowest() >= end;
  }

  /** While someone catches up, the last batches stay, so that it meets them. */
  private evict(): void {
    const keep = [...this.readers].some((reader) => reader.detached) ? WAITING_BATCHES_MAX : 0;
    const slowest = this.slowest();
    while (this.batches.length > keep && this.batches[0]!.at(-1)!.position <= slowest) {
      this.since = this.batches.shift()!.at(-1)!.position;
    }
  }

  private slowest(): number {
    return Math.min(...[...this.readers].filter((reader) => !reader.detached).map((reader) => reader.position));
  }

  announce(): void {
    const { fire } = this.moved;
    this.moved = signal();
    fire();
  }
}

class Reader implements TailReader {
  detached = false;
  /** Waits for what is not here yet. */
  hungry = false;
  private woken = false;

  constructor(
    private readonly tail: Tail,
    public position: number,
    private readonly changed: (closed: boolean) => void,
  ) {
    this.detached = tail.after(position) === undefined;
  }

  async next(): Promise<RecordedEvent[] | undefined> {
    while (!this.tail.closed) {
      if (this.woken) {
        this.woken = false;
        return [];
      }
      const here = this.tail.after(this.position);
      this.detached = here === undefined;
      if (here?.length === 0) await this.more();
      else {
        const { events, position } = here
          ? { events: here, position: here.at(-1)!.position }
          : await this.tail.olderThanTail(this.position);
        this.position = Math.max(this.position, position);
        this.changed(false);
        if (events.length > 0) return events;
      }
    }
    return undefined;
  }

  wake(): void {
    this.woken = true;
    this.tail.announce();
  }

  seek(position: number): void {
    if (position === this.position) return;
    if (!this.tail.isWanted()) this.tail.restart(position);
    this.position = position;
    this.changed(false);
  }

  private async more(): Promise<void> {
    const moved = this.tail.change();
    this.hungry = true;
    this.tail.ask();
    await moved;
    this.hungry = false;
  }

  detach(): void {
    this.detached = true;
    this.changed(false);
  }

  close(): void {
    this.changed(true);
  }
}
