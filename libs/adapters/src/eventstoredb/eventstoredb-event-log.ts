/** The event log in EventStoreDB or KurrentDB: appends over one call, reads by page, followers from one subscription. */
import type { RecordedEvent } from '#contracts';
import { AppendTooLargeError, EventLog, LogClosedError, type AppendRequest, type AppendResult, type Follower, type Snapshot } from '#ports';
import { LogFollowers } from '../shared/log-followers.js';
import { AppendChannel, type Appended } from './append-channel.js';
import { wireAppendOf, type WireAppend } from './append-message.js';
import { BackOff } from './back-off.js';
import { Connection, type ConnectionLogger } from './connection.js';
import { LiveTail } from './live-tail.js';
import { newestRequest, pageRequest, streamRequest, subscriptionRequest, type LogFilter } from './read-request.js';
import { positionOf, sizedEventOf } from './recorded-event.js';
import { isGone } from './server-errors.js';
import { keepOne, snapshotAppend, snapshotOf, snapshotStreamOf } from './snapshots.js';

export interface EventStoreDbEventLogConfig {
  /** `esdb://user:password@host:2113?tls=true`, `esdb+discover://…` for a cluster. */
  url: string;
  logger?: ConnectionLogger;
  /** An append that was not answered for so long has an unknown outcome; a read has failed. */
  requestTimeoutMs?: number;
  /** What one append may weigh. The server's own limit, 1 MiB unless it was told otherwise, holds all the same. */
  appendBytesMax?: number;
  /** Begins the name of every stream, so that several logs share a server. */
  namespace?: string;
}

const REQUEST_TIMEOUT_MS = 10_000;
const APPEND_BYTES_MAX = 1024 * 1024;
/** Snapshot streams known to keep one event. */
const KNOWN_STREAMS_MAX = 10_000;

/** Rejects with `ServerRefusedError`, one clear line, where the server cannot be used. */
export async function openEventStoreDbEventLog(config: EventStoreDbEventLogConfig): Promise<EventStoreDbEventLog> {
  const connection = new Connection({ ...config, requestTimeoutMs: config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS });
  try {
    await connection.check();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return new EventStoreDbEventLog(connection, config);
}

/** The same without a look at the server: for a thread that has no one to tell, and goes on trying by itself. */
export function connectEventStoreDbEventLog(config: EventStoreDbEventLogConfig): EventStoreDbEventLog {
  return new EventStoreDbEventLog(new Connection({ ...config, requestTimeoutMs: config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS }), config);
}

export class EventStoreDbEventLog extends EventLog {
  readonly #connection: Connection;
  readonly #appends: AppendChannel;
  readonly #followers: LogFollowers;
  readonly #tail: LiveTail;
  readonly #filter: LogFilter;
  readonly #appendBytesMax: number;
  readonly #keepsOne = new Set<string>();
  readonly #failedReads = new BackOff();
  readonly #figures = { appends: 0, conflicts: 0, unknown_outcomes: 0, reads: 0, events_read: 0, subscriptions_lost: 0 };
  #following = 0;
  #closed = false;

  constructor(connection: Connection, config: EventStoreDbEventLogConfig) {
    super();
    const { logger, requestTimeoutMs = REQUEST_TIMEOUT_MS, appendBytesMax = APPEND_BYTES_MAX, namespace = '' } = config;
    this.#connection = connection;
    this.#filter = { namespace };
    this.#appendBytesMax = appendBytesMax;
    this.#appends = new AppendChannel({
      open: () => connection.openAppends(),
      timeoutMs: requestTimeoutMs,
      onSilence: () => connection.replace('an append was not answered in time'),
    });
    this.#followers = new LogFollowers({
      readAll: (after, limit, bytesMax) => this.#readForFollower(after, limit, bytesMax),
      askForHeadAbove: (position) => this.#wakeAbove(position),
    });
    this.#tail = new LiveTail(
      {
        subscribe: () => connection.openReading(subscriptionRequest(this.#filter)),
        head: () => this.#head(),
        namespace,
        confirmedWithinMs: requestTimeoutMs,
        onLost: (why) => {
          this.#figures.subscriptions_lost += 1;
          logger?.warn({ why }, 'the subscription to the log was lost; it is opened again');
        },
      },
      (head) => this.#followers.advance(head),
    );
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.#mustBeOpen();
    const { length } = request.events;
    const name = this.#nameOf(request.stream);
    const appended = await this.#append(wireAppendOf(request, name));
    if (!appended.ok) {
      this.#figures.conflicts += 1;
      return { ok: false, conflict: true, actualRevision: appended.actualRevision };
    }
    const revision = appended.lastRevision - length + 1;
    if (length === 1 && appended.commit !== undefined) {
      const position = positionOf(appended.commit);
      return { ok: true, revision, position, lastPosition: position };
    }
    // The server tells where the last event stands; the others are between, with gaps of their size.
    const events = await this.#readNamed(name, revision, length);
    return { ok: true, revision, position: events[0]!.position, lastPosition: events.at(-1)!.position };
  }

  async readStream(stream: string, fromRevision: number, limit: number): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#readNamed(this.#nameOf(stream), Math.max(0, fromRevision), limit);
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#readPage(afterPosition, limit, bytesMax);
  }

  async head(): Promise<number> {
    this.#mustBeOpen();
    return this.#head();
  }

  follow(afterPosition: number, { batchMax }: { batchMax: number }, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    this.#mustBeOpen();
    const follower = this.#followers.follow(afterPosition, batchMax, handle);
    this.#following += 1;
    const ended = (): void => {
      this.#following -= 1;
      if (this.#following === 0) this.#tail.stop();
    };
    follower.done.then(ended, ended);
    return follower;
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#mustBeOpen();
    const name = this.#nameOf(snapshot.stream);
    const append = snapshotAppend(name, snapshot);
    if (!this.#keepsOne.has(name)) {
      await this.#append(keepOne(name));
      if (this.#keepsOne.size >= KNOWN_STREAMS_MAX) this.#keepsOne.clear();
      this.#keepsOne.add(name);
    }
    await this.#append(append);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#mustBeOpen();
    let snapshot: Snapshot | undefined;
    await this.#connection.read(streamRequest(snapshotStreamOf(this.#nameOf(stream)), { from: 'end', count: 1 }), {
      take: (answer) => {
        if (answer.hasEvent()) snapshot = snapshotOf(answer);
        return 'more';
      },
    });
    return snapshot;
  }

  /** Rejects with why the server cannot be used now. */
  async health(): Promise<void> {
    this.#mustBeOpen();
    await this.#connection.read(newestRequest(), { take: () => 'enough' });
  }

  figures(): Record<string, number> {
    const { pending } = this.#appends;
    const { opened } = this.#tail;
    return {
      ...this.#figures,
      pending_appends: pending,
      followers: this.#following,
      subscriptions: opened,
      connections_replaced: this.#connection.replaced,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#appends.drain();
    this.#appends.close();
    this.#tail.stop();
    const closed = this.#connection.close();
    await this.#followers.close();
    await closed;
  }

  async #append(append: WireAppend): Promise<Appended> {
    const { bytes } = append;
    if (bytes > this.#appendBytesMax)
      throw new AppendTooLargeError(`an append of ${bytes} bytes is more than the ${this.#appendBytesMax} that the log takes at once`);
    try {
      const appended = await this.#appends.append(append);
      this.#figures.appends += 1;
      return appended;
    } catch (error) {
      if (error instanceof Error && error.name === 'UnknownOutcomeError') this.#figures.unknown_outcomes += 1;
      throw error;
    }
  }

  async #readNamed(name: string, from: number, limit: number): Promise<RecordedEvent[]> {
    let events: RecordedEvent[] = [];
    try {
      await this.#connection.read(streamRequest(name, { from, count: limit }), {
        begin: () => (events = []),
        take: (answer) => {
          if (answer.hasEvent()) events.push(sizedEventOf(answer, this.#filter.namespace).event);
          return 'more';
        },
      });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    this.#count(events);
    return events;
  }

  /** One more than asked for: the first may be the one at the position, which the caller has. */
  async #readPage(after: number, limit: number, bytesMax: number): Promise<RecordedEvent[]> {
    let events: RecordedEvent[] = [];
    let bytes = 0;
    await this.#connection.read(pageRequest(this.#filter, after, after > 0 ? limit + 1 : limit), {
      begin: () => {
        events = [];
        bytes = 0;
      },
      take: (answer) => {
        if (!answer.hasEvent()) return 'more';
        const sized = sizedEventOf(answer, this.#filter.namespace);
        const { position } = sized.event;
        if (position <= after) return 'more';
        if (position <= (events.at(-1)?.position ?? 0))
          throw new Error(`two events stand at position ${position}: this log was not written by thingsIO alone`);
        events.push(sized.event);
        bytes += sized.bytes;
        return events.length >= limit || bytes >= bytesMax ? 'enough' : 'more';
      },
    });
    this.#count(events);
    return events;
  }

  async #head(): Promise<number> {
    let head = 0;
    await this.#connection.read(newestRequest(this.#filter), {
      take: (answer) => {
        if (answer.hasEvent()) head = positionOf(answer.getEvent()!.getEvent()!.getCommitPosition());
        return 'more';
      },
    });
    return head;
  }

  /** Never rejects: a follower that could not read waits until it is worth trying again. */
  async #readForFollower(after: number, limit: number, bytesMax: number): Promise<RecordedEvent[]> {
    const kept = this.#tail.read(after, limit, bytesMax);
    if (kept) return kept;
    try {
      const events = await this.#readPage(after, limit, bytesMax);
      this.#failedReads.succeeded();
      return events;
    } catch (error) {
      if (this.#closed) return [];
      if (!(error instanceof Error) || !['StoreUnavailableError', 'LogClosedError'].includes(error.name)) throw error;
      this.#retryAt = performance.now() + this.#failedReads.nextMs();
      return [];
    }
  }

  #retryAt = 0;

  #wakeAbove(position: number): void {
    if (this.#closed) return;
    if (!this.#failedReads.failing) return this.#tail.ask(position);
    setTimeout(() => this.#followers.advance(Infinity), Math.max(0, this.#retryAt - performance.now()));
  }

  #count(events: RecordedEvent[]): void {
    this.#figures.reads += 1;
    this.#figures.events_read += events.length;
  }

  #nameOf(stream: string): string {
    if (stream.startsWith('$') || stream.startsWith('snapshot-')) throw new TypeError(`${stream} is no name for a stream of events`);
    return this.#filter.namespace + stream;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogClosedError('the log is closed');
  }
}
