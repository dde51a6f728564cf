/** Reads the log over a read-only connection of the calling thread; what it sees is durable. */
import type Database from 'better-sqlite3';
import type { RecordedEvent } from '#contracts';
import type { FollowOptions, Snapshot } from '#ports';
import { openReaderDatabase } from './log-database.js';
import { checksumOf } from './snapshot-checksum.js';

/** Arrays are read faster than objects. */
export type Row<Data> = [
  position: number,
  stream: string,
  revision: number,
  type: string,
  eventVersion: number,
  metadata: string,
  data: Data,
];
export type EventRow = Row<string>;

export class LogReader {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(dir: string) {
    this.#db = openReaderDatabase(dir);
    this.#sql = prepare(this.#db);
  }

  readStream(stream: string, fromRevision: number, limit: number, bytesMax = Infinity): RecordedEvent[] {
    const id = this.#sql.streamId.get(stream) as number | undefined;
    if (id === undefined) return [];
    return upTo(bytesMax, this.#sql.stream.iterate({ id, stream, fromRevision, limit }) as IterableIterator<EventRow>).map(toEvent);
  }

  /** `wants`: see `FollowOptions`. */
  readAll(afterPosition: number, limit: number, bytesMax: number, wants?: FollowOptions['wants']): RecordedEvent[] {
    if (wants) return this.#fromFirstWanted(afterPosition, limit, bytesMax, wants);
    return upTo(bytesMax, this.#sql.all.iterate(afterPosition, limit) as IterableIterator<EventRow>).map(toEvent);
  }

  #fromFirstWanted(afterPosition: number, limit: number, bytesMax: number, wants: NonNullable<FollowOptions['wants']>): RecordedEvent[] {
    let last = afterPosition;
    let isWanted = false;
    for (const [position, type, stream] of this.#sql.heads.iterate(afterPosition, limit) as IterableIterator<[number, string, string]>) {
      last = position;
      isWanted = wants(type, stream);
      if (isWanted) break;
    }
    return last === afterPosition ? [] : this.readAll(last - 1, isWanted ? limit : 1, bytesMax);
  }

  /** The same as rows, with their data as it was recorded. */
  rowsAfter(afterPosition: number, limit: number, bytesMax: number): Row<Buffer>[] {
    return upTo(bytesMax, this.#sql.allBytes.iterate(afterPosition, limit) as IterableIterator<Row<Buffer>>);
  }

  head(): number {
    return this.#sql.head.get() as number;
  }

  /** A damaged snapshot is none: the state is folded from the events instead. */
  loadSnapshot(stream: string): Snapshot | undefined {
    const row = this.#sql.snapshot.get(stream) as
      { revision: number; snapshotVersion: number; state: string; checksum: Buffer } | undefined;
    if (!row) return undefined;
    const snapshot = { stream, revision: row.revision, snapshotVersion: row.snapshotVersion, state: row.state };
    return row.checksum.equals(checksumOf(snapshot)) ? snapshot : undefined;
  }

  close(): void {
    this.#db.close();
  }
}

/** At least one, where there are any. */
function upTo<Data extends { length: number }>(bytesMax: number, found: Iterable<Row<Data>>): Row<Data>[] {
  const rows: Row<Data>[] = [];
  let bytes = 0;
  for (const row of found) {
    rows.push(row);
    bytes += row[6].length + row[5].length;
    if (bytes >= bytesMax) break;
  }
  return rows;
}

/** In characters: below, an accessor costs more than parsing. */
const SMALL_DATA = 1_000;

export function toEvent(row: EventRow): RecordedEvent {
  const data = row[6];
  if (data.length < SMALL_DATA) return eventWith(row, JSON.parse(data) as RecordedEvent['data']);
  let parsed: RecordedEvent['data'] | undefined;
  return {
    ...eventWith(row, undefined),
    /** Parsed when asked for, once: who only looks at the type of a large event does not pay for it. An own, enumerable
     *  member, so that copies, comparisons, JSON and other threads see plain data. */
    get data() {
      return (parsed ??= JSON.parse(data) as RecordedEvent['data']);
    },
    set data(replaced) {
      parsed = replaced;
    },
  };
}

/** Not put together by spreading: a small event would take twice as long. */
export function eventWith<Data>(
  [position, stream, revision, type, eventVersion, metadata]: Row<unknown>,
  data: Data,
): Omit<RecordedEvent, 'data'> & { data: Data } {
  return {
    position,
    stream,
    revision,
    type: type as RecordedEvent['type'],
    eventVersion,
    metadata: JSON.parse(metadata) as RecordedEvent['metadata'],
    data,
  };
}

const allSql = (data: string): string =>
  `SELECT e.position, s.name, e.revision, e.type, e.event_version, e.metadata, ${data}
   FROM events e CROSS JOIN streams s ON s.id = e.stream_id WHERE e.position > ? + 0 ORDER BY e.position LIMIT ? + 0`;

/** `+ 0`: SQLite plans a statement anew for each value of a parameter that alone is a limit (11 µs in place of 1.3 for one event). */
function prepare(db: Database.Database) {
  return {
    streamId: db.prepare('SELECT id FROM streams WHERE name = ?').pluck(),
    stream: db
      .prepare(
        `SELECT e.position, :stream, e.revision, e.type, e.event_version, e.metadata, e.data
         FROM (
           SELECT position, revision FROM events_by_stream WHERE stream_id = :id AND revision >= :fromRevision
           UNION ALL
           SELECT position, revision FROM recent WHERE stream_id = :id AND revision >= :fromRevision
           ORDER BY revision LIMIT :limit + 0
         ) i CROSS JOIN events e ON e.position = i.position ORDER BY i.revision`,
      )
      .raw(),
    all: db.prepare(allSql('e.data')).raw(),
    heads: db
      .prepare(
        `SELECT e.position, e.type, s.name FROM events e CROSS JOIN streams s ON s.id = e.stream_id
         WHERE e.position > ? + 0 ORDER BY e.position LIMIT ? + 0`,
      )
      .raw(),
    allBytes: db.prepare(allSql('CAST(e.data AS BLOB)')).raw(),
    head: db.prepare('SELECT position FROM head WHERE id = 1').pluck(),
    snapshot: db.prepare(
      `SELECT n.revision, n.snapshot_version AS snapshotVersion, n.state, n.checksum
       FROM snapshots n JOIN streams s ON s.id = n.stream_id WHERE s.name = ?`,
    ),
  };
}
