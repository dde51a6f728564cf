/** Between DuckDB's vectors and our typed arrays: whole columns at once, never a value at a time. */
import { DuckDBTypeId, type DuckDBConnection, type DuckDBDataChunk, type DuckDBResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** Rows DuckDB takes and gives at once. */
export const CHUNK_ROWS = duckdb.vector_size();

/** `ord` = position × 2^20 + index: the order of arrival in one sortable 64-bit number, read and written as two halves. */
export const POSITION_STEP = 2 ** 20;
export const INDEX_MAX = POSITION_STEP - 1;
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

/** A result's columns, copied out of DuckDB's memory chunk by chunk. The SQL leaves no NULL but in texts. */
export class ResultColumns {
  private readonly columns: Column[];

  constructor(
    result: DuckDBResult,
    chunks: Iterable<DuckDBDataChunk>,
    readonly rows: number,
  ) {
    this.columns = Array.from({ length: result.columnCount }, (_, i) => columnFor(result.columnTypeId(i), rows));
    let at = 0;
    for (const chunk of chunks) {
      const count = chunk.rowCount;
      this.columns.forEach((column, index) => copyInto(column, at, { chunk, index, rows: count, total: rows }));
      at += count;
    }
  }

  doubles(column: number): Float64Array {
    return this.columns[column] as Float64Array;
  }

  /** UBIGINT. */
  unsigned(column: number): BigUint64Array {
    return this.columns[column] as BigUint64Array;
  }

  /** BIGINT, as pairs of 32-bit halves, low before high. */
  halves(column: number): Int32Array {
    return this.columns[column] as Int32Array;
  }

  /** UTINYINT. */
  bytes(column: number): Uint8Array {
    return this.columns[column] as Uint8Array;
  }

  /** INTEGER. */
  ints(column: number): Int32Array {
    return this.columns[column] as Int32Array;
  }

  texts(column: number): (string | null)[] {
    return this.columns[column] as (string | null)[];
  }
}

/** The whole of a result. A chunk takes memory for all its columns as soon as it is got: each is got once. */
export async function resultOf(connection: DuckDBConnection, sql: string): Promise<ResultColumns> {
  const result = await connection.run(sql);
  const chunks = function* (): Iterable<DuckDBDataChunk> {
    for (let i = 0; i < result.chunkCount; i++) yield result.getChunk(i);
  };
  return new ResultColumns(result, chunks(), result.rowCount);
}

/** A result too large to be held, a chunk at a time. */
export async function* resultInChunks(connection: DuckDBConnection, sql: string): AsyncIterable<ResultColumns> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield new ResultColumns(result, [chunk], chunk.rowCount);
  }
}

type Column = Float64Array | BigUint64Array | Int32Array | Uint8Array | (string | null)[];

function columnFor(type: DuckDBTypeId, rows: number): Column {
  switch (type) {
    case DuckDBTypeId.DOUBLE:
      return new Float64Array(rows);
    case DuckDBTypeId.UBIGINT:
      return new BigUint64Array(rows);
    case DuckDBTypeId.BIGINT:
      return new Int32Array(2 * rows);
    case DuckDBTypeId.INTEGER:
      return new Int32Array(rows);
    case DuckDBTypeId.UTINYINT:
      return new Uint8Array(rows);
    case DuckDBTypeId.VARCHAR:
      return Array<string | null>(rows).fill(null);
    default:
      throw new TypeError(`a column of type ${DuckDBTypeId[type]} is not read here`);
  }
}

function copyInto(
  column: Column,
  at: number,
  { chunk, index, rows, total }: { chunk: DuckDBDataChunk; index: number; rows: number; total: number },
): void {
  if (Array.isArray(column)) {
    const vector = chunk.getColumnVector(index);
    for (let row = 0; row < rows; row++) column[at + row] = vector.getItem(row) as string | null;
    return;
  }
  const width = column.byteLength / total;
  const data = duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, index), rows * width);
  new Uint8Array(column.buffer).set(data, at * width);
}
