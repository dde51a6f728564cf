/** Between DuckDB's vectors and our typed arrays: whole columns at once, never a value at a time. */
import type { DuckDBDataChunk, DuckDBMaterializedResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** Rows DuckDB takes and gives at once. */
export const CHUNK_ROWS = duckdb.vector_size();

/** `ord` = position × 2^20 + index: the order of arrival in one sortable 64-bit number, read and written as two halves. */
export const INDEX_MAX = 2 ** 20 - 1;
const POSITIONS_PER_HIGH = 2 ** 12;

export function writeOrd(halves: Int32Array, row: number, position: number, index: number): void {
  const high = Math.floor(position / POSITIONS_PER_HIGH);
  halves[2 * row] = ((position - high * POSITIONS_PER_HIGH) << 20) | index;
  halves[2 * row + 1] = high;
}

export function positionOf(halves: Int32Array, row: number): number {
  return halves[2 * row + 1]! * POSITIONS_PER_HIGH + (halves[2 * row]! >>> 20);
}

export function indexOf(halves: Int32Array, row: number): number {
  return halves[2 * row]! & INDEX_MAX;
}

export function ordOf(position: number, index: number): bigint {
  return BigInt(position) * 2n ** 20n + BigInt(index);
}

/** A result's columns, copied out of DuckDB's memory. The SQL leaves no NULL in a column read here. */
export class ResultColumns {
  readonly rows: number;

  constructor(private readonly result: DuckDBMaterializedResult) {
    this.rows = result.rowCount;
  }

  doubles(column: number): Float64Array {
    return this.fixed(column, new Float64Array(this.rows));
  }

  unsigned(column: number): BigUint64Array {
    return this.fixed(column, new BigUint64Array(this.rows));
  }

  /** BIGINT, as pairs of 32-bit halves, low before high. */
  halves(column: number): Int32Array {
    return this.fixed(column, new Int32Array(2 * this.rows));
  }

  bytes(column: number): Uint8Array {
    return this.fixed(column, new Uint8Array(this.rows));
  }

  ints(column: number): Int32Array {
    return this.fixed(column, new Int32Array(this.rows));
  }

  texts(column: number): (string | null)[] {
    const texts: (string | null)[] = [];
    this.each((chunk) => {
      const vector = chunk.getColumnVector(column);
      for (let i = 0; i < chunk.rowCount; i++) texts.push(vector.getItem(i) as string | null);
    });
    return texts;
  }

  private fixed<A extends Float64Array | BigUint64Array | Int32Array | Uint8Array>(column: number, target: A): A {
    const bytes = new Uint8Array(target.buffer);
    const width = this.rows === 0 ? 0 : bytes.length / this.rows;
    let at = 0;
    this.each((chunk) => {
      const length = chunk.rowCount * width;
      bytes.set(duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, column), length), at);
      at += length;
    });
    return target;
  }

  private each(visit: (chunk: DuckDBDataChunk) => void): void {
    for (let i = 0; i < this.result.chunkCount; i++) visit(this.result.getChunk(i));
  }
}
