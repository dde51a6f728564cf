/** The event log as any thread has it: appends go to the writer thread, reads to a connection of its own. */
import type { MessagePort } from 'node:worker_threads';
import type { RecordedEvent } from '#contracts';
import { EventLog, LogClosedError, type AppendRequest, type AppendResult, type Follower, type LogScan, type Snapshot } from '#ports';
import { LogFollowers } from '../../shared/log-followers.js';
import { LogReader } from './log-reader.js';
import { ThreadedLogScan } from './log-scan.js';
import { WriterLink } from './writer-link.js';

/** What `ThreadedSqliteEventLog.connect` gives; may be posted to another thread with `port` in the transfer list. */
export interface SqliteEventLogConnection {
  dir: string;
  port: MessagePort;
}

/** For the threads that do not own the log. */
export function connectSqliteEventLog(connection: SqliteEventLogConnection): EventLog {
  return new ConnectedSqliteEventLog(connection);
}

export class ConnectedSqliteEventLog extends EventLog {
  readonly #link: WriterLink;
  readonly #reader: LogReader;
  readonly #followers: LogFollowers;
  readonly #dir: string;
  readonly #scans = new Set<LogScan>();
  #closed = false;

  constructor({ dir, port }: SqliteEventLogConnection) {
    super();
    this.#dir = dir;
    this.#reader = new LogReader(dir);
    this.#followers = new LogFollowers({
      readAll: (after, limit, bytesMax) => this.readAll(after, limit, bytesMax),
      askForHeadAbove: () => this.#ask(),
    });
    this.#link = new WriterLink(port, (head) => {
      this.#followers.advance(head);
      this.#ask();
    });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.#mustBeOpen();
    return this.#link.append(request);
  }

  async readStream(stream: string, fromRevision: number, limit: number): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#reader.readStream(stream, fromRevision, limit);
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#reader.readAll(afterPosition, limit, bytesMax);
  }

  override scan(): LogScan {
    if (this.#closed) return super.scan();
    const scan = new ThreadedLogScan(this.#dir, (afterPosition, limit, bytesMax) => {
      this.#mustBeOpen();
      return this.#reader.rowsAfter(afterPosition, limit, bytesMax);
    });
    this.#scans.add(scan);
    void scan.ended.then(() => this.#scans.delete(scan));
    return scan;
  }

  async head(): Promise<number> {
    this.#mustBeOpen();
    return this.#reader.head();
  }

  follow(afterPosition: number, { batchMax }: { batchMax: number }, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    this.#mustBeOpen();
    return this.#followers.follow(afterPosition, batchMax, handle);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#mustBeOpen();
    return this.#link.saveSnapshot(snapshot);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#mustBeOpen();
    return this.#reader.loadSnapshot(stream);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([this.#link.close(), this.#followers.close(), ...[...this.#scans].map((scan) => scan.close())]);
    this.#reader.close();
  }

  #ask(): void {
    const position = this.#followers.lowestWait();
    if (position !== undefined) this.#link.tellAbove(position);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogClosedError('the log is closed');
  }
}
