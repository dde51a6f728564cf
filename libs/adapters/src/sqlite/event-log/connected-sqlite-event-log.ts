/** The event log on a thread that does not own it, and can have others read for it. */
import type { MessagePort } from 'node:worker_threads';
import type { EventLog, LogScan } from '#ports';
import { LinkedSqliteEventLog } from './linked-sqlite-event-log.js';
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

export class ConnectedSqliteEventLog extends LinkedSqliteEventLog {
  readonly #dir: string;
  readonly #scans = new Set<LogScan>();

  constructor({ dir, port }: SqliteEventLogConnection) {
    super(dir, (onHead) => new WriterLink(port, onHead));
    this.#dir = dir;
  }

  override scan(): LogScan {
    if (this.isClosed) return super.scan();
    const scan = new ThreadedLogScan(this.#dir, (afterPosition, limit, bytesMax) => {
      this.mustBeOpen();
      return this.reader.rowsAfter(afterPosition, limit, bytesMax);
    });
    this.#scans.add(scan);
    void scan.ended.then(() => this.#scans.delete(scan));
    return scan;
  }

  protected override async closeScans(): Promise<void> {
    await Promise.all([...this.#scans].map((scan) => scan.close()));
  }
}
