/** When the write-ahead log is copied into the database, so that it neither grows without bound nor costs more than it must. */
import type Database from 'better-sqlite3';
import { isFull } from './log-database.js';

/** 16 MiB at 8 KiB: about 50 ms of disk, so a commit that waits for it is still a quick one; smaller ones would write the pages
 *  of the index more often. */
const CHECKPOINT_PAGES = 2_000;
/** A WAL begins anew when nobody reads from it at the next commit; our readers come and go in milliseconds, so it soon does.
 *  Above this it is made to. */
const TRUNCATE_PAGES = 8 * CHECKPOINT_PAGES;
/** Longer than most reads of this adapter; a foreign long reader holds the writer up no longer than this, once a checkpoint. */
const TRUNCATE_WAIT_MS = 50;

export class WalCheckpoints {
  readonly #db: Database.Database;
  readonly #walState: Database.Statement;
  readonly #busyMs: number;
  /** Pages in the WAL at the next try: with a reader in the way, every commit would try in vain. */
  #tryAt = CHECKPOINT_PAGES;
  #pages = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#walState = db.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#busyMs = db.pragma('busy_timeout', { simple: true }) as number;
  }

  /** Called by the writer after each commit. */
  committed(): void {
    const { log: pages } = this.#walState.get() as { log: number };
    const beganAnew = pages < this.#pages;
    this.#pages = pages;
    if (beganAnew) this.#tryAt = CHECKPOINT_PAGES;
    if (pages < this.#tryAt) return;
    this.#tryAt = pages + CHECKPOINT_PAGES;
    try {
      if (pages < TRUNCATE_PAGES) this.#db.pragma('wal_checkpoint(PASSIVE)');
      else this.#truncate();
    } catch (error) {
      // The commit itself is done, and the WAL holds it as well as the database would.
      if (!isFull(error)) throw error;
    }
  }

  #truncate(): void {
    this.#db.pragma(`busy_timeout = ${TRUNCATE_WAIT_MS}`);
    try {
      // Answers `busy` instead of throwing where a reader does not go away.
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#db.pragma(`busy_timeout = ${this.#busyMs}`);
    }
  }
}
