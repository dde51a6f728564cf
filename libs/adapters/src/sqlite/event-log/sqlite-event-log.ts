/** The event log on one thread: for tests, tools, and a process with one core. */
import { LinkedSqliteEventLog } from './linked-sqlite-event-log.js';
import type { Durability } from './log-database.js';
import { OwnWriterLink } from './own-writer-link.js';
import { OwnWriter } from './own-writer.js';

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

export class SqliteEventLog extends LinkedSqliteEventLog {
  readonly #writer: OwnWriter;

  constructor({ dir, durability = 'full' }: SqliteEventLogConfig) {
    const writer = new OwnWriter(dir, durability);
    super(dir, (onHead) => new OwnWriterLink(writer, onHead));
    this.#writer = writer;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#writer.close();
  }
}
