/** Group commit: what arrives while one transaction is being made durable goes into the next. Runs beside the `LogWriter`. */
import type { LogJob, LogOutcome, LogWriter } from './log-writer.js';

/** A transaction that weighs more makes those behind it wait for too long; the rest goes into the next one at once. */
const TRANSACTION_BYTES_MAX = 32 * 1024 * 1024;

interface Group {
  jobs: LogJob[];
  bytes: number;
  settle(outcomes: LogOutcome[]): void;
}

export interface GroupCommitEvents {
  /** After each commit: what is durable now. Called after the outcomes were handed out. */
  committed(head: number): void;
  /** A commit with an unknown outcome: the writer must be opened anew. The groups concerned get no outcome. */
  failed(error: Error): void;
}

export class GroupCommit {
  readonly #writer: LogWriter;
  readonly #events: GroupCommitEvents;
  #waiting: Group[] = [];
  #scheduled = false;

  constructor(writer: LogWriter, events: GroupCommitEvents) {
    this.#writer = writer;
    this.#events = events;
  }

  /** Jobs of one sender; `settle` is called once, after they are durable. */
  add(jobs: LogJob[], bytes: number, settle: (outcomes: LogOutcome[]) => void): void {
    this.#waiting.push({ jobs, bytes, settle });
    this.#schedule();
  }

  /** Commits all that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commit();
  }

  /** No timer: the event loop first takes in every message that came while the disk was busy, then comes here. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commit();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commit(): void {
    const groups = this.#take();
    if (groups.length === 0) return;
    let outcomes: LogOutcome[];
    try {
      outcomes = this.#writer.commit(groups.length === 1 ? groups[0]!.jobs : groups.flatMap(({ jobs }) => jobs));
    } catch (error) {
      this.#waiting = [];
      this.#events.failed(error as Error);
      return;
    }
    let from = 0;
    for (const { jobs, settle } of groups) settle(outcomes.slice(from, (from += jobs.length)));
    this.#events.committed(this.#writer.head);
  }

  #take(): Group[] {
    let bytes = 0;
    const rest = this.#waiting.findIndex((group) => (bytes += group.bytes) > TRANSACTION_BYTES_MAX);
    return this.#waiting.splice(0, rest === -1 ? this.#waiting.length : Math.max(1, rest));
  }
}
