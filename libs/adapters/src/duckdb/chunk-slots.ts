/** Columns of a chunk that may lack values: what nobody wrote into a row stays NULL. */
import duckdb from '@duckdb/node-bindings';
import type { Seq } from '#contracts';
import type { PartValues } from '../shared/series-layout.js';
import { CHUNK_ROWS } from './chunks.js';

export interface ChunkSlot {
  /** Into DuckDB's vector; the slot is empty afterwards. */
  moveTo(vector: duckdb.Vector, rows: number): void;
}

/** Rows are written in ascending order; those skipped over are NULL. DuckDB wants a bit a row, set where there is a value. */
abstract class Slot implements ChunkSlot {
  private readonly valid = new Uint8Array(Math.ceil(CHUNK_ROWS / 64) * 8).fill(0xff);
  private gaps = false;
  private reached = 0;

  moveTo(vector: duckdb.Vector, rows: number): void {
    if (this.reached > 0) this.moveItems(vector, rows);
    this.reach(rows, 0);
    this.reached = 0;
    if (!this.gaps) return;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, this.valid.buffer as ArrayBuffer, 0, this.valid.byteLength);
    this.valid.fill(0xff);
    this.gaps = false;
  }

  protected abstract moveItems(vector: duckdb.Vector, rows: number): void;

  protected reach(at: number, count: number): void {
    if (this.reached < at) this.unsetAll(this.reached, at);
    this.reached = at + count;
  }

  protected unset(row: number): void {
    this.valid[row >> 3]! &= ~(1 << (row & 7));
    this.gaps = true;
  }

  private unsetAll(from: number, to: number): void {
    let row = from;
    while (row < to && (row & 7) !== 0) this.unset(row++);
    const wholeBytes = (to - row) >> 3;
    this.valid.fill(0, row >> 3, (row >> 3) + wholeBytes);
    this.gaps = true;
    for (row += wholeBytes * 8; row < to; row++) this.unset(row);
  }
}

/** Numbers; booleans as 0 and 1. */
export class NumberSlot extends Slot {
  private readonly items = new Float64Array(CHUNK_ROWS);

  copy(at: number, values: PartValues, from: number, count: number): void {
    this.reach(at, count);
    if (values instanceof Float64Array) return this.items.set(values.subarray(from, from + count), at);
    for (let k = 0; k < count; k++) {
      const value = values[from + k];
      if (typeof value === 'number' && value === value) this.items[at + k] = value;
      else if (typeof value === 'boolean') this.items[at + k] = value ? 1 : 0;
      else this.unset(at + k);
    }
  }

  protected moveItems(vector: duckdb.Vector, rows: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.items.buffer as ArrayBuffer, 0, rows * 8);
  }
}

export class TextSlot extends Slot {
  private readonly items: (string | null)[] = [];

  copy(at: number, values: PartValues, from: number, count: number): void {
    this.reach(at, count);
    for (let k = 0; k < count; k++) {
      const value = values[from + k];
      this.items[at + k] = typeof value === 'string' ? value : null;
      if (typeof value !== 'string') this.unset(at + k);
    }
  }

  protected moveItems(vector: duckdb.Vector, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const text = this.items[row];
      if (typeof text === 'string') duckdb.vector_assign_string_element(vector, row, text);
    }
    this.items.length = 0;
  }
}

/** Unsigned 64-bit sequence numbers, as two halves, low before high. */
export class SeqSlot extends Slot {
  private readonly halves = new Uint32Array(2 * CHUNK_ROWS);

  copy(at: number, seqs: readonly (Seq | null)[] | Float64Array, from: number, count: number): void {
    this.reach(at, count);
    for (let k = 0; k < count; k++) {
      const seq = seqs[from + k];
      if (typeof seq === 'number') this.write(at + k, seq % 2 ** 32, Math.floor(seq / 2 ** 32));
      else if (typeof seq === 'string') this.write(at + k, Number(BigInt(seq) & 0xffffffffn), Number(BigInt(seq) >> 32n));
      else this.unset(at + k);
    }
  }

  protected moveItems(vector: duckdb.Vector, rows: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.halves.buffer as ArrayBuffer, 0, rows * 8);
  }

  private write(row: number, low: number, high: number): void {
    this.halves[2 * row] = low;
    this.halves[2 * row + 1] = high;
  }
}
