/** The checks of `verifyLog` beyond the chain of events: header, tables, stream names, snapshots, indexes. */
import Database from 'better-sqlite3';
import { APPLICATION_ID, FORMAT, SCHEMA } from './log-database.js';
import { checksumOf } from './snapshot-checksum.js';

/** Something is wrong at, or near, this position. The rest where it is known. */
export interface Finding {
  position: number;
  problem: string;
  stream?: string;
  revision?: number;
  type?: string;
}

/** What the header of every log says. It is asked for over SQLite: to open and close the file by hand would take away the locks
 *  that this process holds on it. What SQLite ignores in the header may be anything. */
const HEADER: Record<string, string | number> = {
  application_id: APPLICATION_ID,
  user_version: FORMAT,
  encoding: 'UTF-8',
  journal_mode: 'wal',
  auto_vacuum: 0,
};

export function checkHeader(db: Database.Database): Finding | undefined {
  const wrong = Object.entries(HEADER).find(([name, value]) => db.pragma(name, { simple: true }) !== value);
  return wrong && { position: 0, problem: `the header of log.db is not that of a log (${wrong[0]})` };
}

/** The tables are those that this version makes, to the letter. */
export function checkSchema(db: Database.Database): Finding | undefined {
  const sql = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid';
  const fresh = new Database(':memory:');
  try {
    fresh.exec(SCHEMA);
    if (JSON.stringify(db.prepare(sql).all()) === JSON.stringify(fresh.prepare(sql).all())) return undefined;
    return { position: 0, problem: 'the tables are not those of a log' };
  } finally {
    fresh.close();
  }
}

/** A stream without an event or a snapshot was never made by the writer. */
export function checkStreams(db: Database.Database): Finding | undefined {
  const orphan = db
    .prepare(
      `SELECT s.name AS stream FROM streams s WHERE typeof(s.name) <> 'text' OR NOT (
         EXISTS (SELECT 1 FROM events e WHERE e.stream_id = s.id) OR EXISTS (SELECT 1 FROM snapshots n WHERE n.stream_id = s.id))`,
    )
    .get() as { stream: string } | undefined;
  return (
    orphan && {
      position: 0,
      stream: String(orphan.stream),
      revision: -1,
      type: '',
      problem: 'the stream has neither an event nor a snapshot',
    }
  );
}

interface SnapshotRow {
  stream: string | null;
  revision: number;
  snapshotVersion: number;
  checksum: Buffer;
  state: string;
  position: number | null;
  type: string | null;
  kinds: string;
}

/** A damaged snapshot is only slow (the state is folded from the events), but it tells of a bad disk. */
export function checkSnapshots(db: Database.Database): Finding | undefined {
  const rows = db.prepare(
    `SELECT s.name AS stream, n.revision, n.snapshot_version AS snapshotVersion, n.checksum, n.state, e.position, e.type,
       typeof(n.revision) || ' ' || typeof(n.snapshot_version) || ' ' || typeof(n.checksum) || ' ' || typeof(n.state) AS kinds
     FROM snapshots n LEFT JOIN streams s ON s.id = n.stream_id LEFT JOIN events e ON e.stream_id = n.stream_id AND e.revision = n.revision`,
  );
  for (const { stream, checksum, position, type, kinds, ...snapshot } of rows.iterate() as IterableIterator<SnapshotRow>) {
    const whole = stream !== null && kinds === 'integer integer blob text' && checksum.equals(checksumOf({ stream, ...snapshot }));
    if (!whole)
      return {
        position: position ?? 0,
        stream: stream ?? '',
        revision: snapshot.revision,
        type: type ?? '',
        problem: 'the snapshot of the stream is damaged',
      };
  }
  return undefined;
}

/** SQLite's own check of pages, indexes against tables, and free space. */
export function checkIndexes(db: Database.Database): Finding | undefined {
  const problem = (db.pragma('integrity_check(1)') as { integrity_check: string }[])[0]?.integrity_check ?? 'no answer';
  if (problem === 'ok') return undefined;
  const row = /\brow(?:id)? (\d+)/i.exec(problem)?.[1];
  return { position: row ? Number(row) : 0, problem: `the database is damaged: ${problem}` };
}
