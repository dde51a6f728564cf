/** When the write-ahead log is copied into the database, so that it neither grows without bound nor costs more than it must. */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';

/** About 50 ms of disk: a commit that waits for it is still a quick one; smaller ones would write the index's pages more often. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;
/** Readers come and go in milliseconds, so a WAL begins anew soon after a checkpoint. Above this it is made to. */
const RESTART_BYTES = 8 * CHECKPOINT_BYTES;
/** Longer than any read of this adapter; a foreign long reader holds the writer up no longer than this, once a checkpoint. */
const RESTART_WAIT_MS = 50;

export class WalCheckpoints {
  readonly #db: Database.Database;
  readonly #walFile: string;
  readonly #busyMs: number;
  #bytesSince = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#walFile = `${db.name}-wal`;
    this.#busyMs = db.pragma('busy_timeout', { simple: true }) as number;
  }

  /** Called by the writer after each commit, with about what the commit wrote. */
  committed(bytes: number): void {
    this.#bytesSince += bytes;
    if (this.#bytesSince < CHECKPOINT_BYTES) return;
    this.#bytesSince = 0;
    if (this.#walBytes() < RESTART_BYTES) this.#db.pragma('wal_checkpoint(PASSIVE)');
    else this.#restart();
  }

  #restart(): void {
    this.#db.pragma(`busy_timeout = ${RESTART_WAIT_MS}`);
    try {
      // Answers `busy` instead of throwing where a reader does not go away: tried again after the next 16 MiB.
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#db.pragma(`busy_timeout = ${this.#busyMs}`);
    }
  }

  #walBytes(): number {
    return statSync(this.#walFile, { throwIfNoEntry: false })?.size ?? 0;
  }
}
