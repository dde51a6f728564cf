/** The event log for tests: gone when it is closed, otherwise as strict as the others. */
import type { RecordedEvent } from '#contracts';
import { EventLog, LogClosedError, type AppendRequest, type AppendResult, type Follower, type FollowOptions, type Snapshot } from '#ports';
import { checkAppend } from '../shared/append-request.js';
import { LogFollowers } from '../shared/log-followers.js';

export function createMemoryEventLog(): MemoryEventLog {
  return new MemoryEventLog();
}

export class MemoryEventLog extends EventLog {
  /** As JSON, so that nobody shares an object with the log. */
  readonly #events: { stream: string; json: string }[] = [];
  /** Positions by revision. */
  readonly #streams = new Map<string, number[]>();
  readonly #snapshots = new Map<string, Snapshot>();
  #closed = false;
  readonly #followers = new LogFollowers({
    readAll: (after, limit, bytesMax) => this.readAll(after, limit, bytesMax),
    askForHeadAbove: (position) => {
      if (this.#events.length > position) this.#followers.advance(this.#events.length);
    },
  });

  async append(request: AppendRequest): Promise<AppendResult> {
    this.#mustBeOpen();
    checkAppend(request);
    const { stream, expectedRevision, events } = request;
    const positions = this.#streams.get(stream) ?? [];
    if (positions.length - 1 !== expectedRevision) return { ok: false, conflict: true, actualRevision: positions.length - 1 };
    const position = this.#events.length + 1;
    const recorded = events.map(({ type, eventVersion, data, metadata }, n) => {
      const event = { position: position + n, stream, revision: expectedRevision + 1 + n, type, eventVersion, metadata, data };
      return { stream, json: JSON.stringify(event) };
    });
    for (const event of recorded) positions.push(this.#events.push(event));
    this.#streams.set(stream, positions);
    this.#followers.advance(this.#events.length);
    return { ok: true, revision: expectedRevision + 1, position, lastPosition: this.#events.length };
  }

  async readStream(stream: string, fromRevision: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    const from = Math.max(0, fromRevision);
    return this.#upTo(bytesMax, this.#streams.get(stream)?.slice(from, from + limit) ?? []);
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    const after = Math.max(0, afterPosition);
    const count = Math.max(0, Math.min(limit, this.#events.length - after));
    return this.#upTo(
      bytesMax,
      Array.from({ length: count }, (_, n) => after + 1 + n),
    );
  }

  async head(): Promise<number> {
    this.#mustBeOpen();
    return this.#events.length;
  }

  follow(afterPosition: number, options: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    this.#mustBeOpen();
    return this.#followers.follow(afterPosition, options, handle);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#mustBeOpen();
    this.#snapshots.set(snapshot.stream, { ...snapshot });
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#mustBeOpen();
    const snapshot = this.#snapshots.get(stream);
    return snapshot && { ...snapshot };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#followers.close();
  }

  /** At least one, where there are any. */
  #upTo(bytesMax: number, positions: number[]): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const position of positions) {
      const { json } = this.#events[position - 1]!;
      events.push(JSON.parse(json) as RecordedEvent);
      bytes += json.length;
      if (bytes >= bytesMax) break;
    }
    return events;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogClosedError('the log is closed');
  }
}
