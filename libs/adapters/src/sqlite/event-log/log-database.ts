/** The SQLite file behind the event log: its tables, the settings of each connection, and the lock of its one writer. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { GENESIS_HASH } from './event-frame.js';

export type Durability = 'full' | 'normal';

export const logFile = (dir: string): string => join(dir, 'log.db');

/** "thio": tells the file apart from any other SQLite database. */
export const APPLICATION_ID = 0x7468_696f;
/** Raises when the tables change. */
export const FORMAT = 1;

/**
 * The revision a stream ends at is not stored with the stream: the index has it one seek away, and a second truth would cost a
 * page write a commit.
 *
 * The index of events by stream has two levels. Entered at once, each event would dirty a leaf of its own: 64 appends of 64
 * streams wrote 64 leaves of 8 KiB for 60 kB of events (72 k events/s; 119 k now). So entries gather in `recent`, which is
 * written in order, and move over in sorted batches. It is the only index on events: a random one (an event id, say) would
 * cost as much again.
 */
export const SCHEMA = `
CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream_id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  type TEXT NOT NULL,
  event_version INTEGER NOT NULL,
  recorded_at REAL NOT NULL,
  hash BLOB NOT NULL,
  metadata TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE TABLE events_by_stream (
  stream_id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (stream_id, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE recent (position INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, revision INTEGER NOT NULL) STRICT;
CREATE TABLE snapshots (
  stream_id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  snapshot_version INTEGER NOT NULL,
  checksum BLOB NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE head (id INTEGER PRIMARY KEY, position INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
`;

/** 8 KiB: 30 kB events need half the overflow pages of 4 KiB (336 against 292 MB/s), and a commit of a few small events still
 *  writes half of what 16 KiB would. */
const PAGE_BYTES = 8192;
/** Keeps the inner pages and the busy leaves of the index of some million events in memory. */
const WRITER_CACHE_KIB = 64 * 1024;
/** One a shard: enough for the inner pages; a reader's cache is void after every commit anyway. */
const READER_CACHE_KIB = 4 * 1024;
/** How long a connection waits for another that is opening, closing or recovering the file; no other has a reason to hold it up. */
const BUSY_MS = 5_000;
/** How long for a writer that is just ending. */
const LOCK_MS = 1_000;

export class LogInUseError extends Error {
  override readonly name = 'LogInUseError';
}

/** No room on the disk: nothing of what failed was written, and it may do next time. */
export const isFull = (error: unknown): boolean => (error as { code?: unknown }).code === 'SQLITE_FULL';

export interface WriterDatabase {
  db: Database.Database;
  close(): void;
}

/** Opens, or begins, the log for writing. Throws `LogInUseError` where someone else writes to it. */
export function openWriterDatabase(dir: string, durability: Durability): WriterDatabase {
  mkdirSync(dir, { recursive: true });
  const lock = lockForWriting(dir);
  try {
    const db = open(dir, { timeout: BUSY_MS }, (fresh) => setUpWriter(fresh, durability));
    return {
      db,
      close: () => {
        db.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** A connection that can only read, and sees what is durable. `mmap_size` stays 0: it would serve the oldest part of the file
 *  alone, and count as the memory of the process. */
export function openReaderDatabase(dir: string): Database.Database {
  return open(dir, { readonly: true, fileMustExist: true, timeout: BUSY_MS }, (db) => {
    db.pragma('synchronous = FULL');
    db.pragma(`cache_size = -${READER_CACHE_KIB}`);
  });
}

/** A connection that could not be set up is closed: left to the garbage collector, it would keep its locks for a while. */
function open(dir: string, options: Database.Options, setUp: (db: Database.Database) => void): Database.Database {
  const db = new Database(logFile(dir), options);
  try {
    setUp(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function setUpWriter(db: Database.Database, durability: Durability): void {
  // Only a new file takes the page size.
  db.pragma(`page_size = ${PAGE_BYTES}`);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
  db.pragma(`cache_size = -${WRITER_CACHE_KIB}`);
  // `WalCheckpoints` decides when: SQLite's own would run at every commit once a reader holds it back.
  db.pragma('wal_autocheckpoint = 0');
  createTables(db);
  // What a killed process left in the WAL is taken over now, while nobody waits; and `log.db` alone is then a whole log.
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    // It can be read all the same, and written once there is room.
    if (!isFull(error)) throw error;
  }
}

function createTables(db: Database.Database): void {
  const format = db.pragma('user_version', { simple: true });
  if (format === FORMAT) return;
  if (format !== 0) throw new Error(`the log is of format ${String(format)}; this version of thingsIO reads format ${FORMAT}`);
  db.transaction(() => {
    db.exec(SCHEMA);
    db.prepare('INSERT INTO head (id, position, hash) VALUES (1, 0, ?)').run(GENESIS_HASH);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${FORMAT}`);
  })();
}

/** An open transaction on an empty database beside the log: the system lets go of it when the process or thread dies. */
function lockForWriting(dir: string): Database.Database {
  const lock = new Database(join(dir, 'log.lock'), { timeout: LOCK_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw new LogInUseError(`another process writes to the log in ${dir}`, { cause });
  }
}
