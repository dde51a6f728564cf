/** The writer of the log for those who are on its thread: commits in groups, and tells of each. */
import { GroupCommit, type GroupCommitEvents } from './group-commit.js';
import type { Durability } from './log-database.js';
import { LogWriter, type LogJob, type LogOutcome } from './log-writer.js';

export class OwnWriter {
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit;
  readonly #watching = new Set<GroupCommitEvents>();

  /** Throws `LogInUseError` where another process or thread has the log open for writing. */
  constructor(dir: string, durability: Durability) {
    this.#writer = new LogWriter(dir, durability);
    this.#commits = new GroupCommit(this.#writer, {
      committed: (head) => this.#watching.forEach((each) => each.committed(head)),
      failed: (error) => this.#watching.forEach((each) => each.failed(error)),
    });
  }

  /** Position of the last durable event. */
  get head(): number {
    return this.#writer.head;
  }

  /** `settle` is called once, after they are durable; never where the commit's outcome is unknown, of which those who watch are told. */
  add(jobs: LogJob[], bytes: number, settle: (outcomes: LogOutcome[]) => void): void {
    this.#commits.add(jobs, bytes, settle);
  }

  /** Returns the way to stop. */
  watch(events: GroupCommitEvents): () => void {
    this.#watching.add(events);
    return () => void this.#watching.delete(events);
  }

  /** Commits all that waits, now. */
  flush(): void {
    this.#commits.flush();
  }

  close(): void {
    this.#commits.flush();
    this.#writer.close();
  }
}
