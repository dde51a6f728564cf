/** Checks a log against itself, byte by byte: the hash chain first, which names the event; then what SQLite knows of its file. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { GENESIS_HASH, hashOfStored } from './event-frame.js';
import { openReaderDatabase } from './log-database.js';
import { checkHeader, checkIndexes, checkSchema, checkSnapshots, checkStreams, type Finding } from './verify-database.js';

export type LogVerdict =
  | {
      ok: true;
      events: number;
      head: number;
      /** Hex; note it elsewhere and a later run can prove that nothing before it was changed. */ headHash: string;
    }
  | {
      ok: false;
      /** Of the event concerned, or the one nearest to the damage; 0, '', -1 and '' where there is none. */
      position: number;
      stream: string;
      revision: number;
      type: string;
      problem: string;
    };

/** A page of events is read at once, so that no long read keeps a running server from shortening its WAL. */
const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 16 * 1024 * 1024;

/** May run beside a server that writes: it checks what is there when it comes to the end. Never throws for what is in the files. */
export async function verifyLog(
  dir: string,
  onProgress: (progress: { events: number; of: number }) => void = () => undefined,
): Promise<LogVerdict> {
  const chain = new Chain();
  let db: Database.Database | undefined;
  try {
    db = openReaderDatabase(dir);
    const problem =
      checkHeader(db) ??
      checkSchema(db) ??
      (await followChain(db, chain, onProgress)) ??
      checkStreams(db) ??
      checkSnapshots(db) ??
      checkIndexes(db);
    if (problem) return verdictOf(db, chain, problem);
    return { ok: true, events: chain.position, head: chain.position, headHash: Buffer.from(chain.hash).toString('hex') };
  } catch (error) {
    return verdictOf(db, chain, { position: db ? chain.position + 1 : 0, problem: `the log cannot be read: ${(error as Error).message}` });
  } finally {
    db?.close();
  }
}

/** Byte for byte: a text that only decodes to the same characters is not the same. */
interface Row {
  position: number;
  streamId: number;
  stream: Buffer | null;
  revision: number;
  type: Buffer;
  eventVersion: number;
  recordedAt: number;
  hash: Buffer;
  metadata: Buffer;
  data: Buffer;
  kinds: string;
  /** How many entries of the index lead here: one. */
  entries: number;
}

const ROWS = `
  SELECT e.position, e.stream_id AS streamId, CAST(s.name AS BLOB) AS stream, e.revision, CAST(e.type AS BLOB) AS type,
    e.event_version AS eventVersion, e.recorded_at AS recordedAt, e.hash, CAST(e.metadata AS BLOB) AS metadata, CAST(e.data AS BLOB) AS data,
    typeof(e.stream_id) || ' ' || typeof(e.revision) || ' ' || typeof(e.type) || ' ' || typeof(e.event_version) || ' ' ||
    typeof(e.recorded_at) || ' ' || typeof(e.hash) || ' ' || typeof(e.metadata) || ' ' || typeof(e.data) || ' ' || typeof(s.name) AS kinds,
    (SELECT count(*) FROM events_by_stream i WHERE i.stream_id = e.stream_id AND i.revision = e.revision AND i.position = e.position)
      + (SELECT count(*) FROM recent i WHERE i.position = e.position AND i.stream_id = e.stream_id AND i.revision = e.revision) AS entries
  FROM events e LEFT JOIN streams s ON s.id = e.stream_id WHERE e.position > ? ORDER BY e.position LIMIT ?`;
const KINDS = 'integer integer text integer real blob text text text';

/** How far the log is proven. */
class Chain {
  position = 0;
  hash: Uint8Array = GENESIS_HASH;
  readonly #revisions = new Map<number, number>();

  /** Adds the next event, or says why it cannot be the next one. */
  add(row: Row): Finding | undefined {
    const expected = this.position + 1;
    const event = { stream: row.stream?.toString() ?? '', revision: row.revision, type: row.type?.toString() ?? '' };
    if (row.position !== expected) {
      return {
        position: expected,
        problem: `event ${expected} is missing: what follows event ${this.position} is at position ${row.position}`,
      };
    }
    const found = (problem: string): Finding => ({ position: expected, ...event, problem });
    if (row.stream === null) return found(`its stream (number ${row.streamId}) is not among the streams`);
    if (row.kinds !== KINDS) return found('it is not stored in the way events are');
    const hash = hashOfStored({ ...row, stream: row.stream }, this.hash);
    if (!row.hash.equals(hash)) return found('its bytes do not have the hash that was recorded with it');
    const before = this.#revisions.get(row.streamId) ?? -1;
    if (row.revision !== before + 1) return found(`revision ${before + 1} of its stream is missing: it has revision ${row.revision}`);
    if (row.entries !== 1) return found('the index by stream does not lead to it');
    this.#revisions.set(row.streamId, row.revision);
    this.position = expected;
    this.hash = row.hash;
    return undefined;
  }
}

async function followChain(
  db: Database.Database,
  chain: Chain,
  onProgress: (progress: { events: number; of: number }) => void,
): Promise<Finding | undefined> {
  const rows = db.prepare(ROWS);
  for (;;) {
    const before = chain.position;
    // One transaction: the head belongs to the rows that were read.
    const { finding, head, entries } = db.transaction(() => {
      const problem = addPage(rows, chain);
      return { finding: problem, head: headOf(db), entries: chain.position === before ? entriesOf(db) : 0 };
    })();
    if (finding) return finding;
    if (!head) return { position: chain.position, problem: 'the record of the head is missing' };
    onProgress({ events: chain.position, of: Math.max(head.position, chain.position) });
    if (chain.position === before) return compareHead(chain, head, entries);
    await nextTurn();
  }
}

function addPage(rows: Database.Statement, chain: Chain): Finding | undefined {
  let bytes = 0;
  for (const row of rows.iterate(chain.position, PAGE_EVENTS) as IterableIterator<Row>) {
    const finding = chain.add(row);
    if (finding) return finding;
    bytes += row.data.length + row.metadata.length;
    if (bytes > PAGE_BYTES) break;
  }
  return undefined;
}

interface Head {
  position: number;
  hash: Buffer;
}

function headOf(db: Database.Database): Head | undefined {
  return db.prepare('SELECT position, hash FROM head WHERE id = 1').get() as Head | undefined;
}

function entriesOf(db: Database.Database): number {
  return db.prepare('SELECT (SELECT count(*) FROM events_by_stream) + (SELECT count(*) FROM recent)').pluck().get() as number;
}

function compareHead(chain: Chain, head: Head, entries: number): Finding | undefined {
  if (head.position > chain.position) {
    return {
      position: chain.position + 1,
      problem: `the log ends at ${chain.position}, but its head was at ${head.position}: the end is missing`,
    };
  }
  if (head.position < chain.position) return { position: chain.position, problem: `the log goes on after its head at ${head.position}` };
  if (entries !== chain.position)
    return { position: chain.position, problem: `the index by stream has ${entries} entries for ${chain.position} events` };
  if (!Buffer.isBuffer(head.hash) || !head.hash.equals(chain.hash))
    return { position: chain.position, problem: 'the record of the head has another hash than the last event' };
  return undefined;
}

/** Completes a finding with what can still be read of the event, or of the one before. */
function verdictOf(db: Database.Database | undefined, chain: Chain, { position, problem, ...known }: Finding): LogVerdict {
  const named = known.stream !== undefined ? known : (lookUp(db, position) ?? lookUp(db, Math.min(position - 1, chain.position)));
  return { ok: false, position, stream: named?.stream ?? '', revision: named?.revision ?? -1, type: named?.type ?? '', problem };
}

function lookUp(db: Database.Database | undefined, position: number): { stream: string; revision: number; type: string } | undefined {
  try {
    return db
      ?.prepare('SELECT s.name AS stream, e.revision, e.type FROM events e JOIN streams s ON s.id = e.stream_id WHERE e.position = ?')
      .get(position) as { stream: string; revision: number; type: string } | undefined;
  } catch {
    // So damaged that not even this can be read: the position says where.
    return undefined;
  }
}
