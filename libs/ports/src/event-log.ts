/** The ordered record of everything that happened: step 4 of the journey. */
import type { NewEvent, RecordedEvent } from '#contracts';

/** Expect the stream to end at this revision; -1 where it must not exist yet. */
export type ExpectedRevision = number;

export interface AppendRequest {
  stream: string;
  expectedRevision: ExpectedRevision;
  events: NewEvent[];
}

/** A conflict is an answer, not an exception: the single writer of a stream reads what it missed and decides again. */
export type AppendResult =
  | {
      ok: true;
      /** Of the first event; the others follow without a gap. */
      revision: number;
      position: number;
      lastPosition: number;
      /** Of each event, where the log knows them and they may have gaps. */
      positions?: number[];
    }
  | { ok: false; conflict: true; actualRevision: number };

export interface Snapshot {
  stream: string;
  /** Of the last event folded into the state. */
  revision: number;
  /** Fits only the same behaviour version. */
  snapshotVersion: number;
  state: string;
}

export interface Follower {
  /** Ends the following; resolves when no handler runs any more. */
  close(): Promise<void>;
  /** Rejects when the handler threw; resolves on close. */
  readonly done: Promise<void>;
}

/** One reader's long way through a log, from batch to batch. */
export interface LogScan {
  /** Whether columns of `ReadingsReceived` that are numbers throughout come as `Float64Array` where that is worth it (`PackedColumns`). */
  readonly packs: boolean;
  /** As `EventLog.readAll`, but for that. */
  readAll(afterPosition: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]>;
  close(): Promise<void>;
}

export interface FollowOptions {
  /** Events. */
  batchMax: number;
  /** For a handler that needs few. A log need not give it the events of a batch before the first that it wants, but for the last: so that it
   *  knows how far it is. What comes after one that it wants it gets in any case, since that may have changed what it wants. */
  wants?: (type: string, stream: string) => boolean;
}

export abstract class EventLog {
  /** Appends all of a request or nothing; resolves once durable. Rejects with `UnknownOutcomeError` when it cannot tell
   *  whether it was written, with `AppendTooLargeError` for more than the log takes at once, with `LogFullError` where its
   *  disk is full, and with `LogClosedError` after `close`. Requests of several streams may be under way at once. */
  abstract append(request: AppendRequest): Promise<AppendResult>;
  /** Events of one stream from `fromRevision` on, at most `limit` and about `bytesMax` of data, but at least one; empty where there
   *  are none. So a short page is not the end of a stream: only an empty one is. */
  abstract readStream(stream: string, fromRevision: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]>;
  /** Events with a position above `afterPosition`, in order, at most `limit` and about `bytesMax` of data, but at least one. */
  abstract readAll(afterPosition: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]>;
  /** For who has far to go: where the log can, it reads and parses on a thread of its own meanwhile. Ends with `close`, of it or of the log. */
  scan(): LogScan {
    return {
      packs: false,
      readAll: (afterPosition, limit, bytesMax) => this.readAll(afterPosition, limit, bytesMax),
      close: async () => undefined,
    };
  }
  /** Position of the newest durable event; 0 when empty. */
  abstract head(): Promise<number>;
  /** Calls `handle` with what stands after `afterPosition`, then with what comes, in order, one batch at a time: the next
   *  batch is read when the handler's promise has resolved. A slow follower slows nobody else. */
  abstract follow(afterPosition: number, options: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower;
  abstract saveSnapshot(snapshot: Snapshot): Promise<void>;
  abstract loadSnapshot(stream: string): Promise<Snapshot | undefined>;
  abstract close(): Promise<void>;
}

/** What of a log is held at once, a reader: large enough for raw speed, small enough that many readers fit in memory. A body makes an event
 *  of up to 8 MiB, so a bound on events alone bounds nothing. */
export const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const PAGE_EVENTS = 500;

/** The events of one stream from `fromRevision` to its end, in order; read a page at a time. */
export async function* eventsOf(log: EventLog, stream: string, fromRevision = 0): AsyncGenerator<RecordedEvent> {
  for (let revision = fromRevision; ;) {
    const page = await log.readStream(stream, revision, PAGE_EVENTS, BATCH_BYTES_MAX);
    if (page.length === 0) return;
    yield* page;
    revision = page.at(-1)!.revision + 1;
  }
}

/** Whether a stream reaches up to this revision: a page that is short may be so because its events are large. */
export async function reaches(log: EventLog, stream: string, revision: number): Promise<boolean> {
  return (await log.readStream(stream, revision, 1)).length > 0;
}

/** Revision of the first event of a stream that is beyond what is looked for, one after its end where none is; once one is, all after it must be.
 *  By doubling, then halving, so that a long history costs few reads. */
export async function firstRevision(log: EventLog, stream: string, isBeyond: (event: RecordedEvent) => boolean): Promise<number> {
  const isAt = async (revision: number): Promise<boolean> => {
    const [event] = await log.readStream(stream, revision, 1);
    return event === undefined || isBeyond(event);
  };
  let before = -1;
  let beyond = 0;
  while (!(await isAt(beyond))) {
    before = beyond;
    beyond = beyond * 2 + 1;
  }
  while (beyond - before > 1) {
    const middle = Math.floor((before + beyond) / 2);
    if (await isAt(middle)) beyond = middle;
    else before = middle;
  }
  return beyond;
}

/** The append may or may not be in the log: reload the stream and look for the event ids before trying again. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
}

/** More than the log takes in one append, which it never splits: nothing was written, and trying again cannot help. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
}

/** There is no room for it: nothing was written. It is worth trying again once somebody made room. */
export class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

export class LogClosedError extends Error {
  override readonly name = 'LogClosedError';
}
