/** The event log on one thread: for tests, tools, and a process with one core. */
import type { RecordedEvent } from '#contracts';
import { EventLog, LogClosedError, UnknownOutcomeError, type AppendRequest, type AppendResult, type Follower, type Snapshot } from '#ports';
import { LogFollowers } from '../../shared/log-followers.js';
import { encodeFrames, serialise } from './event-frame.js';
import { GroupCommit } from './group-commit.js';
import type { Durability } from './log-database.js';
import { LogReader } from './log-reader.js';
import { LogWriter, type LogJob, type LogOutcome } from './log-writer.js';
import { noRoom } from './no-room.js';

export interface SqliteEventLogConfig {
  /** Created where it is missing; holds `log.db`. */
  dir: string;
  /** `full` (the default): every acknowledgement is on the disk. `normal`: it survives a crash of the process, not of the machine. */
  durability?: Durability;
}

/** Throws `LogInUseError` where another process or thread has the log open for writing. */
export function openSqliteEventLog(config: SqliteEventLogConfig): SqliteEventLog {
  return new SqliteEventLog(config);
}

export class SqliteEventLog extends EventLog {
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit;
  readonly #reader: LogReader;
  readonly #followers: LogFollowers;
  readonly #pending = new Set<(error: Error) => void>();
  #closed = false;

  constructor({ dir, durability = 'full' }: SqliteEventLogConfig) {
    super();
    this.#writer = new LogWriter(dir, durability);
    this.#reader = new LogReader(dir);
    this.#followers = new LogFollowers({
      readAll: (after, limit, bytesMax) => this.readAll(after, limit, bytesMax),
      askForHeadAbove: (position) => {
        if (this.#writer.head > position) this.#followers.advance(this.#writer.head);
      },
    });
    this.#commits = new GroupCommit(this.#writer, {
      committed: (head) => this.#followers.advance(head),
      failed: (error) => {
        for (const fail of this.#pending) fail(new UnknownOutcomeError(error.message, { cause: error }));
      },
    });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.#mustBeOpen();
    const append = serialise(request);
    const { stream, expectedRevision, events, bytes } = append;
    const job = { stream, expectedRevision, events: events.length, frames: encodeFrames([append]) };
    return (await this.#commit(job, bytes)) as AppendResult;
  }

  async readStream(stream: string, fromRevision: number, limit: number): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#reader.readStream(stream, fromRevision, limit);
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.#mustBeOpen();
    return this.#reader.readAll(afterPosition, limit, bytesMax);
  }

  async head(): Promise<number> {
    this.#mustBeOpen();
    return this.#writer.head;
  }

  follow(afterPosition: number, { batchMax }: { batchMax: number }, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    this.#mustBeOpen();
    return this.#followers.follow(afterPosition, batchMax, handle);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#mustBeOpen();
    await this.#commit({ snapshot }, snapshot.state.length);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.#mustBeOpen();
    return this.#reader.loadSnapshot(stream);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#commits.flush();
    await this.#followers.close();
    this.#reader.close();
    this.#writer.close();
  }

  #commit(job: LogJob, bytes: number): Promise<LogOutcome> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      this.#commits.add([job], bytes, ([outcome]) => {
        this.#pending.delete(reject);
        if (outcome && 'full' in outcome) reject(noRoom());
        else if (outcome && 'error' in outcome) reject(outcome.error);
        else resolve(outcome!);
      });
    });
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogClosedError('the log is closed');
  }
}
