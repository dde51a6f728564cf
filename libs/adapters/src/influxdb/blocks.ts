/** An answer of InfluxDB in columns: some thousand rows at a time, straight from the bytes into typed arrays. */
import { INCOMPLETE, type MsgpackReader } from './msgpack-reader.js';
import { InfluxRefusalError } from './influx-errors.js';
import { timeOf } from './times.js';

/** `seq`: a 64-bit integer. */
export type ColumnKind = 'number' | 'text' | 'seq';

/** A column of numbers holds NaN where there is none, one of texts null. */
export type BlockColumn = Float64Array | (string | null)[] | SeqColumn;

export interface SeqColumn {
  /** 0 where `has` is 0. */
  seq: BigUint64Array;
  has: Uint8Array;
}

export interface Block {
  /** Which of the statements asked it answers. */
  statement: number;
  /** Of the series, where they were asked for by `GROUP BY`. */
  tags: Record<string, string>;
  rows: number;
  /** ms with three decimals. */
  time: Float64Array;
  /** The nanoseconds beyond whole microseconds. */
  rank: Uint16Array;
  /** As they were selected. */
  columns: BlockColumn[];
}

/** Gives each block as soon as it is there, and undefined wherever more bytes are needed. */
export function* readBlocks(
  reader: MsgpackReader,
  kinds: readonly ColumnKind[],
  progress: { between: boolean },
): Generator<Block | undefined, void> {
  for (;;) {
    while (reader.left === 0) yield undefined;
    progress.between = false;
    const results = yield* whole(reader, () => readResponse(reader));
    for (let n = 0; n < results; n++) yield* readResult(reader, kinds);
    progress.between = true;
  }
}

/** What needs all its bytes: begun anew as long as they are not there. */
function* whole<T>(reader: MsgpackReader, read: () => T): Generator<undefined, T> {
  for (;;) {
    const mark = reader.at;
    try {
      return read();
    } catch (error) {
      if (error !== INCOMPLETE) throw error;
      reader.at = mark;
      yield undefined;
    }
  }
}

/** How many results follow. */
function readResponse(reader: MsgpackReader): number {
  reader.map();
  const key = reader.text();
  if (key === 'error') throw new InfluxRefusalError(reader.text());
  return reader.array();
}

function* readResult(reader: MsgpackReader, kinds: readonly ColumnKind[]): Generator<Block | undefined, void> {
  let statement = 0;
  for (let keys = yield* whole(reader, () => reader.map()); keys > 0; keys--) {
    const key = yield* whole(reader, () => reader.text());
    if (key === 'error') throw new InfluxRefusalError(yield* whole(reader, () => reader.text()));
    else if (key === 'statement_id') statement = yield* whole(reader, () => reader.number());
    else if (key === 'series') {
      for (let series = yield* whole(reader, () => reader.array()); series > 0; series--) yield* readSeries(reader, kinds, statement);
    } else yield* whole(reader, () => reader.skip());
  }
}

function* readSeries(reader: MsgpackReader, kinds: readonly ColumnKind[], statement: number): Generator<Block | undefined, void> {
  let tags: Record<string, string> = {};
  let timed = false;
  for (let keys = yield* whole(reader, () => reader.map()); keys > 0; keys--) {
    const key = yield* whole(reader, () => reader.text());
    if (key === 'tags') tags = yield* whole(reader, () => readTags(reader));
    else if (key === 'columns') timed = yield* whole(reader, () => readColumns(reader)[0] === 'time');
    else if (key === 'values') yield yield* readRows(reader, { kinds, statement, tags, timed });
    else yield* whole(reader, () => reader.skip());
  }
}

function readTags(reader: MsgpackReader): Record<string, string> {
  return Object.fromEntries(Array.from({ length: reader.map() }, () => [reader.text(), reader.text()]));
}

function readColumns(reader: MsgpackReader): string[] {
  return Array.from({ length: reader.array() }, () => reader.text());
}

interface Series {
  kinds: readonly ColumnKind[];
  statement: number;
  tags: Record<string, string>;
  /** Whether the first column is the time; what tells of the server itself has none. */
  timed: boolean;
}

function* readRows(reader: MsgpackReader, { kinds, statement, tags, timed }: Series): Generator<undefined, Block> {
  const rows = yield* whole(reader, () => reader.array());
  const time = new Float64Array(rows);
  const rank = new Uint16Array(rows);
  const columns = kinds.map((kind) => createColumn(kind, rows));
  const readers = columns.map((column) => cellReader(reader, column));
  let row = 0;
  const readOn = (): void => {
    let mark = reader.at;
    try {
      for (; row < rows; row++) {
        mark = reader.at;
        let more = reader.array() - readers.length;
        if (timed) more -= readTime(reader, time, rank, row);
        for (const readCell of readers) readCell(row);
        while (more-- > 0) reader.skip();
      }
    } catch (error) {
      if (error === INCOMPLETE) reader.at = mark;
      throw error;
    }
  };
  while (row < rows) {
    try {
      readOn();
    } catch (error) {
      if (error !== INCOMPLETE) throw error;
      yield undefined;
    }
  }
  return { statement, tags, rows, time, rank, columns };
}

/** How many cells that were. */
function readTime(reader: MsgpackReader, time: Float64Array, rank: Uint16Array, row: number): 1 {
  reader.time();
  const nanos = reader.low % 1_000_000;
  const ms = reader.high * 1_000 + (reader.low - nanos) / 1_000_000;
  rank[row] = nanos % 1_000;
  time[row] = timeOf(ms, (nanos - rank[row]!) / 1_000);
  return 1;
}

function createColumn(kind: ColumnKind, rows: number): BlockColumn {
  if (kind === 'number') return new Float64Array(rows);
  return kind === 'text' ? Array<string | null>(rows).fill(null) : { seq: new BigUint64Array(rows), has: new Uint8Array(rows) };
}

function cellReader(reader: MsgpackReader, column: BlockColumn): (row: number) => void {
  if (column instanceof Float64Array) return (row) => (column[row] = reader.number());
  if (Array.isArray(column)) return (row) => (column[row] = reader.textOrNull());
  const halves = new Uint32Array(column.seq.buffer);
  return (row) => {
    if (reader.isNil()) return;
    reader.wide();
    halves[2 * row] = reader.low;
    halves[2 * row + 1] = reader.high;
    column.has[row] = 1;
  };
}
