/** The event log in EventStoreDB or KurrentDB: appends over one call, reads by page, followers from one subscription. */
import type { RecordedEvent } from '#contracts';
import {
  EventLog,
  LogClosedError,
  UnknownOutcomeError,
  type AppendRequest,
  type AppendResult,
  type Follower,
  type FollowOptions,
  type Snapshot,
} from '#ports';
import { AppendChannel, type Appended } from './append-channel.js';
import { tooLarge, wireAppendOf, type WireAppend } from './append-message.js';
import { Connection, type ConnectionLogger } from './connection.js';
import { Following } from './following.js';
import { inTime } from './in-time.js';
import { LogReader } from './log-reader.js';
import { newestRequest } from './read-request.js';
import { PositionFinder, type Append } from './position-finder.js';
import { positionOf } from './recorded-event.js';
import { whyOf } from './server-errors.js';
import { keepOne, snapshotAppend } from './snapshots.js';

export interface EventStoreDbEventLogConfig {
  /** `esdb://user:password@host:2113?tls=true`; `esdb+discover://…` for a cluster. */
  url: string;
  logger?: ConnectionLogger;
  /** An append that was not answered for so long has an unknown outcome; a read has failed. */
  requestTimeoutMs?: number;
  /** What one append may weigh. The server's own limit, 1 MiB unless it was told otherwise, holds in any case. */
  appendBytesMax?: number;
  /** Begins the name of every stream, so that several logs share a server. */
  namespace?: string;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** More than any server can be told to take. */
const APPEND_BYTES_MAX = 16 * 1024 * 1024;
const HEALTH_MS_MAX = 3_000;
/** Snapshot streams of which we know that they keep one event. */
const KNOWN_STREAMS_MAX = 10_000;

/** Rejects with `ServerRefusedError`, one clear line, where the server cannot be used. */
export async function openEventStoreDbEventLog(config: EventStoreDbEventLogConfig): Promise<EventStoreDbEventLog> {
  const connection = connectionOf(config);
  try {
    await connection.check();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return new EventStoreDbEventLog(connection, config);
}

/** The same without a look at the server first: for a thread that goes on trying by itself. */
export function connectEventStoreDbEventLog(config: EventStoreDbEventLogConfig): EventStoreDbEventLog {
  return new EventStoreDbEventLog(connectionOf(config), config);
}

export class EventStoreDbEventLog extends EventLog {
  readonly #connection: Connection;
  readonly #appends: AppendChannel;
  readonly #reader: LogReader;
  readonly #positions: PositionFinder;
  readonly #following: Following;
  readonly #namespace: string;
  readonly #appendBytesMax: number;
  readonly #keepsOne = new Set<string>();
  readonly #figures = { appends: 0, conflicts: 0, unknown_outcomes: 0 };
  #closed = false;

  constructor(connection: Connection, config: EventStoreDbEventLogConfig) {
    super();
    const { logger, requestTimeoutMs = REQUEST_TIMEOUT_MS, appendBytesMax = APPEND_BYTES_MAX, namespace = '' } = config;
    this.#connection = connection;
    this.#namespace = namespace;
    this.#appendBytesMax = appendBytesMax;
    this.#reader = new LogReader(connection, { namespace });
    this.#positions = new PositionFinder(this.#reader);
    this.#following = new Following({ connection, reader: this.#reader, filter: { namespace }, requestTimeoutMs, logger });
    this.#appends = new AppendChannel({
      open: () => connection.openAppends(),
      timeoutMs: requestTimeoutMs,
      onSilence: () => connection.replace('an append was not answered in time'),
    });
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
    const positions = await this.#positionsOf({ name, revision, length, commit: appended.commit });
    return { ok: true, revision, position: positions[0]!, lastPosition: positions.at(-1)!, positions };
  }

  async readStream(stream: string, fromRevision: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#reader.stream(this.#nameOf(stream), { from: Math.max(0, fromRevision), limit, bytesMax });
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#reader.page(afterPosition, limit, bytesMax);
  }

  async head(): Promise<number> {
    this.#mustBeOpen();
    return this.#reader.head();
  }

  follow(afterPosition: number, options: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    this.#mustBeOpen();
    return this.#following.follow(afterPosition, options, handle);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#mustBeOpen();
    const name = this.#nameOf(snapshot.stream);
    const append = snapshotAppend(name, snapshot);
    if (!this.#keepsOne.has(name)) {
      // A conflict says that the stream was told before.
      await this.#append(keepOne(name));
      if (this.#keepsOne.size >= KNOWN_STREAMS_MAX) this.#keepsOne.clear();
      this.#keepsOne.add(name);
    }
    await this.#append(append);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#mustBeOpen();
    return this.#reader.snapshot(this.#nameOf(stream));
  }

  /** Rejects with why the server cannot be used now. */
  async health(): Promise<void> {
    this.#mustBeOpen();
    await inTime(HEALTH_MS_MAX, this.#connection.read(newestRequest(), { take: () => 'enough' }));
  }

  figures(): Record<string, number> {
    return {
      ...this.#figures,
      pending_appends: this.#appends.pending,
      ...this.#reader.figures,
      ...this.#following.figures(),
      connections_replaced: this.#connection.replaced,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#appends.drain();
    this.#appends.close();
    const ended = this.#following.close();
    await this.#connection.close();
    await ended;
  }

  async #append(append: WireAppend): Promise<Appended> {
    if (append.bytes > this.#appendBytesMax) throw tooLarge(append, this.#appendBytesMax);
    try {
      const appended = await this.#appends.append(append);
      this.#figures.appends += 1;
      return appended;
    } catch (error) {
      if (error instanceof UnknownOutcomeError) this.#figures.unknown_outcomes += 1;
      throw error;
    }
  }

  async #positionsOf(append: Append): Promise<number[]> {
    try {
      return await this.#positions.find(append);
    } catch (error) {
      throw new UnknownOutcomeError(`the append was written, but where is not known: ${whyOf(error)}`, { cause: error });
    }
  }

  #nameOf(stream: string): string {
    if (stream.startsWith('$') || stream.startsWith('snapshot-')) throw new TypeError(`${stream} is no name for a stream of events`);
    return this.#namespace + stream;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogClosedError('the log is closed');
  }
}

function connectionOf({ url, logger, requestTimeoutMs = REQUEST_TIMEOUT_MS }: EventStoreDbEventLogConfig): Connection {
  return new Connection({ url, logger, requestTimeoutMs });
}
