/** Appends to the log's tables, one transaction for all that has gathered. Runs on the thread that owns the log. */
import type Database from 'better-sqlite3';
import type { AppendResult, Snapshot } from '#ports';
import { GENESIS_HASH, sealFrame } from './event-frame.js';
import { isFull, openWriterDatabase, type Durability, type WriterDatabase } from './log-database.js';
import { checksumOf } from './snapshot-checksum.js';
import { StreamHeads, type StreamHead } from './stream-heads.js';
import { WalCheckpoints } from './wal-checkpoints.js';

export interface AppendJob {
  stream: string;
  expectedRevision: number;
  /** How many frames. */
  events: number;
  frames: Buffer;
}
/** One of the two: no discriminator is needed. */
export type LogJob = AppendJob | { snapshot: Snapshot };
export type LogOutcome = AppendResult | { ok: true; saved: true } | { ok: false; full: true } | { ok: false; error: Error };

/** The transaction may or may not be on the disk; only opening the log anew tells. */
export class CommitFailedError extends Error {
  override readonly name = 'CommitFailedError';
}

const FULL: LogOutcome = { ok: false, full: true };
const SAVED: LogOutcome = { ok: true, saved: true };
/** Entries that gather before they move into the index: few enough that every read of a stream may look through them (40 µs), and
 *  far fewer than the stream heads in memory, so that a head that is not there is in the index. */
const RECENT_MAX = 2_048;

export class LogWriter {
  readonly #database: WriterDatabase;
  readonly #sql: Statements;
  readonly #checkpoints: WalCheckpoints;
  readonly #heads = new StreamHeads();
  #position = 0;
  #hash: Uint8Array = GENESIS_HASH;
  #recent = 0;

  constructor(dir: string, durability: Durability) {
    this.#database = openWriterDatabase(dir, durability);
    try {
      this.#sql = prepare(this.#database.db);
      this.#checkpoints = new WalCheckpoints(this.#database.db);
      this.#recall();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Position of the last durable event. */
  get head(): number {
    return this.#position;
  }

  /** One outcome a job, in order. A conflict or a defect of one job touches no other. Throws `CommitFailedError` only. */
  commit(jobs: LogJob[]): LogOutcome[] {
    try {
      return this.#transaction(jobs);
    } catch (error) {
      if (error instanceof CommitFailedError) throw error;
      this.#rollback();
      if (isFull(error)) return jobs.map(() => FULL);
      if (jobs.length === 1) return [{ ok: false, error: error instanceof Error ? error : new Error(String(error)) }];
      return jobs.flatMap((job) => this.commit([job]));
    }
  }

  close(): void {
    this.#database.close();
  }

  #transaction(jobs: LogJob[]): LogOutcome[] {
    const before = this.#position;
    this.#sql.begin.run();
    const outcomes = jobs.map((job) => ('snapshot' in job ? this.#save(job.snapshot) : this.#append(job)));
    if (this.#position > before) {
      this.#sql.updateHead.run(this.#position, this.#hash);
      this.#sql.insertRecent.run(before);
    }
    this.#recent += this.#position - before;
    if (this.#recent >= RECENT_MAX) this.#index();
    try {
      this.#sql.commit.run();
    } catch (cause) {
      // The frame that makes a transaction count is written last: where there was no room for all of it, none of it counts.
      if (isFull(cause)) throw cause;
      this.#rollback();
      throw new CommitFailedError('the log could not be written', { cause });
    }
    this.#checkpoints.committed();
    return outcomes;
  }

  #append({ stream, expectedRevision, events, frames }: AppendJob): AppendResult {
    const head = this.#headOf(stream);
    if (head.revision !== expectedRevision) return { ok: false, conflict: true, actualRevision: head.revision };
    if (head.id === 0) head.id = this.#addStream(stream, head);
    const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
    const result = {
      ok: true,
      revision: expectedRevision + 1,
      position: this.#position + 1,
      lastPosition: this.#position + events,
    } as const;
    let start = 0;
    for (let n = 0; n < events; n += 1) {
      const event = sealFrame(frames, view, start, this.#hash, ++this.#position, ++head.revision);
      this.#sql.insertEvent.run(
        this.#position,
        head.id,
        head.revision,
        event.type,
        event.eventVersion,
        event.recordedAt,
        event.hash,
        event.metadata,
        event.data,
      );
      this.#hash = event.hash;
      start = event.end;
    }
    return result;
  }

  #save({ stream, revision, snapshotVersion, state }: Snapshot): LogOutcome {
    const head = this.#headOf(stream);
    if (head.id === 0) head.id = this.#addStream(stream, head);
    this.#sql.saveSnapshot.run(head.id, revision, snapshotVersion, checksumOf({ stream, revision, snapshotVersion, state }), state);
    return SAVED;
  }

  /** The id is 0 where the stream is new; only what gets an id is remembered, or asking would fill the memory. */
  #headOf(stream: string): StreamHead {
    const known = this.#heads.get(stream);
    if (known) return known;
    const id = this.#sql.streamId.get(stream) as number | undefined;
    if (id === undefined) return { id: 0, revision: -1 };
    const head = { id, revision: (this.#sql.lastRevision.get(id) as number | null | undefined) ?? -1 };
    this.#heads.set(stream, head);
    return head;
  }

  #addStream(stream: string, head: StreamHead): number {
    this.#heads.set(stream, head);
    return Number(this.#sql.addStream.run(stream).lastInsertRowid);
  }

  #index(): void {
    this.#sql.index.run();
    this.#sql.forgetRecent.run();
    this.#recent = 0;
  }

  #rollback(): void {
    if (this.#database.db.inTransaction) this.#database.db.exec('ROLLBACK');
    this.#heads.clear();
    this.#recall();
  }

  #recall(): void {
    const { position, hash } = this.#sql.head.get() as { position: number; hash: Buffer };
    const last = this.#sql.lastEvent.get() as { position: number; hash: Buffer } | undefined;
    if (position !== (last?.position ?? 0) || (last && !last.hash.equals(hash))) {
      throw new Error(`the log does not end where its head says (position ${position}): see \`thingsio verify log\``);
    }
    this.#position = position;
    this.#hash = hash;
    // Read, not moved into the index: there may be no room to write. See `RECENT_MAX`.
    this.#recent = 0;
    for (const { name, id, revision, events } of this.#sql.recentHeads.all() as RecentHead[]) {
      this.#heads.set(name, { id, revision });
      this.#recent += events;
    }
  }
}

interface RecentHead extends StreamHead {
  name: string;
  events: number;
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: Database.Database) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    // A cast costs nothing, and lets the UTF-8 of the frame become text without passing through a JavaScript string.
    insertEvent: db.prepare(
      `INSERT INTO events (position, stream_id, revision, type, event_version, recorded_at, hash, metadata, data)
       VALUES (?, ?, ?, CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT))`,
    ),
    // Without `OR ROLLBACK` SQLite would keep a copy of every page it changes, to undo the statement alone.
    insertRecent: db.prepare(
      'INSERT OR ROLLBACK INTO recent (position, stream_id, revision) SELECT position, stream_id, revision FROM events WHERE position > ?',
    ),
    index: db.prepare(
      `INSERT OR ROLLBACK INTO events_by_stream (stream_id, revision, position)
       SELECT stream_id, revision, position FROM recent ORDER BY 1, 2`,
    ),
    forgetRecent: db.prepare('DELETE FROM recent'),
    updateHead: db.prepare('UPDATE head SET position = ?, hash = ? WHERE id = 1'),
    head: db.prepare('SELECT position, hash FROM head WHERE id = 1'),
    lastEvent: db.prepare('SELECT position, hash FROM events ORDER BY position DESC LIMIT 1'),
    streamId: db.prepare('SELECT id FROM streams WHERE name = ?').pluck(),
    recentHeads: db.prepare(
      `SELECT name, stream_id AS id, max(revision) AS revision, count(*) AS events
       FROM recent JOIN streams ON streams.id = stream_id GROUP BY stream_id`,
    ),
    lastRevision: db.prepare('SELECT max(revision) FROM events_by_stream WHERE stream_id = ?').pluck(),
    addStream: db.prepare('INSERT INTO streams (name) VALUES (?)'),
    saveSnapshot: db.prepare(
      `INSERT INTO snapshots (stream_id, revision, snapshot_version, checksum, state) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (stream_id) DO UPDATE SET revision = excluded.revision, snapshot_version = excluded.snapshot_version,
         checksum = excluded.checksum, state = excluded.state`,
    ),
  };
}
