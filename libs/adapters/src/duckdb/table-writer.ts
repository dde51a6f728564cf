/** Appends readings of many devices to one table: columns gather in typed arrays and go to DuckDB a chunk at a time. */
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  UBIGINT,
  VARCHAR,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { PackedColumns } from '#contracts';
import type { PartValues } from '../shared/series-layout.js';
import { NumberSlot, SeqSlot, TextSlot, type ChunkSlot } from './chunk-slots.js';
import { CHUNK_ROWS, INDEX_MAX, writeOrd } from './chunks.js';
import { tableOf, type SizeClass } from './layout.js';

/** One part of one event on its way into a slot. */
export interface SlotColumn {
  index: number;
  values: PartValues;
}

export interface DeviceRows {
  device: number;
  position: number;
  recordedAt: number;
  time: PackedColumns['time'];
  seq: PackedColumns['seq'];
  numbers: SlotColumn[];
  texts: SlotColumn[];
}

export class TableWriter {
  private rows = 0;
  private readonly raw: duckdb.DataChunk;
  private readonly chunk: DuckDBDataChunk;
  private readonly device = new Int32Array(CHUNK_ROWS);
  private readonly time = new Float64Array(CHUNK_ROWS);
  private readonly ord = new Int32Array(2 * CHUNK_ROWS);
  private readonly recordedAt = new Float64Array(CHUNK_ROWS);
  private readonly seq = new SeqSlot();
  private readonly numbers: NumberSlot[];
  private readonly texts: TextSlot[];
  private readonly slots: ChunkSlot[];

  private constructor(
    private readonly appender: DuckDBAppender,
    size: SizeClass,
  ) {
    this.raw = duckdb.create_data_chunk(typesOf(size).map((type) => type.toLogicalType().logical_type));
    this.chunk = new DuckDBDataChunk(this.raw);
    this.numbers = Array.from({ length: size.numbers }, () => new NumberSlot());
    this.texts = Array.from({ length: size.texts }, () => new TextSlot());
    this.slots = [this.seq, ...this.numbers, ...this.texts];
  }

  static async open(connection: DuckDBConnection, size: SizeClass): Promise<TableWriter> {
    return new TableWriter(await connection.createAppender(tableOf(size)), size);
  }

  add(rows: DeviceRows): void {
    if (rows.time.length > INDEX_MAX) throw new RangeError(`an event holds at most ${INDEX_MAX} readings`);
    for (let from = 0; from < rows.time.length;) {
      const count = Math.min(rows.time.length - from, CHUNK_ROWS - this.rows);
      this.copy(rows, from, count);
      this.rows += count;
      from += count;
      if (this.rows === CHUNK_ROWS) this.handOver();
    }
  }

  /** Into the connection's transaction. */
  flush(): void {
    if (this.rows > 0) this.handOver();
    this.appender.flushSync();
  }

  /** Forgets what was not flushed. The appender must not be used any more. */
  discard(): void {
    this.appender.clear();
    this.appender.closeSync();
  }

  private copy(rows: DeviceRows, from: number, count: number): void {
    const at = this.rows;
    this.device.fill(rows.device, at, at + count);
    this.recordedAt.fill(rows.recordedAt, at, at + count);
    for (let k = 0; k < count; k++) {
      this.time[at + k] = rows.time[from + k]!;
      writeOrd(this.ord, at + k, rows.position, from + k);
    }
    if (rows.seq) this.seq.copy(at, rows.seq, from, count);
    for (const { index, values } of rows.numbers) this.numbers[index]!.copy(at, values, from, count);
    for (const { index, values } of rows.texts) this.texts[index]!.copy(at, values, from, count);
  }

  private handOver(): void {
    duckdb.data_chunk_reset(this.raw);
    duckdb.data_chunk_set_size(this.raw, this.rows);
    [this.device, this.time, this.ord, this.recordedAt].forEach((items, i) => {
      const bytes = (items.byteLength / CHUNK_ROWS) * this.rows;
      duckdb.copy_data_to_vector(duckdb.data_chunk_get_vector(this.raw, i), 0, items.buffer as ArrayBuffer, 0, bytes);
    });
    this.slots.forEach((slot, i) => slot.moveTo(duckdb.data_chunk_get_vector(this.raw, 4 + i), this.rows));
    this.appender.appendDataChunk(this.chunk);
    this.rows = 0;
  }
}

export function createTableSql(size: SizeClass): string {
  const numbers = Array.from({ length: size.numbers }, (_, i) => `, n${i} DOUBLE`).join('');
  const texts = Array.from({ length: size.texts }, (_, i) => `, t${i} VARCHAR`).join('');
  return `CREATE TABLE IF NOT EXISTS ${tableOf(size)} (device INTEGER, time DOUBLE, ord BIGINT, recorded_at DOUBLE, seq UBIGINT${numbers}${texts})`;
}

function typesOf(size: SizeClass): DuckDBType[] {
  return [
    INTEGER,
    DOUBLE,
    BIGINT,
    DOUBLE,
    UBIGINT,
    ...Array<DuckDBType>(size.numbers).fill(DOUBLE),
    ...Array<DuckDBType>(size.texts).fill(VARCHAR),
  ];
}
