/** Reads of the log, each one call to the server: events of a stream, a page of everything, where it ends. */
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent } from '#contracts';
import type { Snapshot } from '#ports';
import type { Connection } from './connection.js';
import { backwardsRequest, newestRequest, pageRequest, streamRequest, type LogFilter } from './read-request.js';
import { positionOf, sizedEventOf } from './recorded-event.js';
import { isGone } from './server-errors.js';
import { snapshotOf, snapshotStreamOf } from './snapshots.js';

export class LogReader {
  readonly #connection: Connection;
  readonly #filter: LogFilter;
  readonly figures = { reads: 0, events_read: 0 };

  constructor(connection: Connection, filter: LogFilter) {
    this.#connection = connection;
    this.#filter = filter;
  }

  async stream(name: string, { from, limit, bytesMax }: { from: number; limit: number; bytesMax: number }): Promise<RecordedEvent[]> {
    let bytes = 0;
    return this.#events(
      streamRequest(name, { from, count: limit }),
      (answer) => {
        const sized = sizedEventOf(answer, this.#filter.namespace);
        bytes += sized.bytes;
        return sized.event;
      },
      { begin: () => (bytes = 0), isEnough: () => bytes >= bytesMax },
    );
  }

  /** Where the events of a stream stand, without a look into them. */
  async positions(name: string, from: number, limit: number): Promise<number[]> {
    return this.#events(streamRequest(name, { from, count: limit }), (answer) =>
      positionOf(answer.getEvent()!.getEvent()!.getCommitPosition()),
    );
  }

  /** What stands before the event with this commit position, of whomever it is, newest first. Where it is repeated, it begins anew. */
  async backwards(commit: string, limit: number, take: (answer: ReadResp) => 'more' | 'enough'): Promise<void> {
    await this.#connection.read(backwardsRequest(commit, limit), { take });
    this.figures.reads += 1;
  }

  async snapshot(name: string): Promise<Snapshot | undefined> {
    const [snapshot] = await this.#events(streamRequest(snapshotStreamOf(name), { from: 'end', count: 1 }), snapshotOf);
    return snapshot;
  }

  /** From the event at the position on, one more than asked for: the caller has that one, unless it is gone. */
  async page(after: number, limit: number, bytesMax: number): Promise<RecordedEvent[]> {
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
        if (sized.event.position <= after) return 'more';
        events.push(above(events.at(-1), sized.event));
        bytes += sized.bytes;
        return events.length >= limit || bytes >= bytesMax ? 'enough' : 'more';
      },
    });
    this.#count(events.length);
    return events;
  }

  /** Position of the newest event; 0 where there is none. */
  async head(): Promise<number> {
    const [head] = await this.#events(newestRequest(this.#filter), (answer) =>
      positionOf(answer.getEvent()!.getEvent()!.getCommitPosition()),
    );
    return head ?? 0;
  }

  /** What is not there, or was deleted, holds nothing. */
  async #events<T>(
    request: ReadReq,
    decode: (answer: ReadResp) => T,
    { begin, isEnough }: { begin?(): void; isEnough?(): boolean } = {},
  ): Promise<T[]> {
    let events: T[] = [];
    try {
      await this.#connection.read(request, {
        begin: () => {
          events = [];
          begin?.();
        },
        take: (answer) => {
          if (answer.hasEvent()) events.push(decode(answer));
          return isEnough?.() ? 'enough' : 'more';
        },
      });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    this.#count(events.length);
    return events;
  }

  #count(events: number): void {
    this.figures.reads += 1;
    this.figures.events_read += events;
  }
}

/** Events that share a position come from transactions, which this log has none of: a follower would lose all but one of them. */
function above(before: RecordedEvent | undefined, event: RecordedEvent): RecordedEvent {
  if (before && event.position <= before.position)
    throw new Error(`two events stand at position ${event.position}: not all of this log was written by thingsIO`);
  return event;
}
