/** Rows of a result as they are kept: columns, packed; numbers to the last bit. */
import { createHash, type Hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

export type ChunkColumn = Float64Array | readonly (string | null)[];

/** Rows of one series of a result. */
export interface ResultChunk {
  deviceId: string;
  field: string;
  time: Float64Array;
  columns: Readonly<Record<string, ChunkColumn>>;
}

interface Header {
  deviceId: string;
  field: string;
  rows: number;
  /** In their order; those without `text` follow as numbers. */
  columns: { name: string; text?: readonly (string | null)[] }[];
}

/** The larger part of the time goes into packing: its lightest form takes half as long, and a few per cent more. */
const PACKING = { level: 1 };

export function encodeChunk({ deviceId, field, time, columns }: ResultChunk): string {
  const entries = Object.entries(columns);
  const header: Header = {
    deviceId,
    field,
    rows: time.length,
    columns: entries.map(([name, column]) => (column instanceof Float64Array ? { name } : { name, text: column })),
  };
  const numbers = [time, ...entries.flatMap(([, column]) => (column instanceof Float64Array ? [column] : []))];
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return gzipSync(Buffer.concat([length, text, ...numbers.map(bytesOf)]), PACKING).toString('base64');
}

export function decodeChunk(data: string): ResultChunk {
  const bytes = gunzipSync(Buffer.from(data, 'base64'));
  const begin = 4 + bytes.readUInt32LE(0);
  const { deviceId, field, rows, columns } = JSON.parse(bytes.toString('utf8', 4, begin)) as Header;
  let at = begin;
  const next = (): Float64Array => {
    // A copy: the place in the buffer is not on a boundary of numbers.
    const numbers = new Float64Array(new Uint8Array(bytes.subarray(at, (at += rows * 8))).buffer);
    return numbers;
  };
  const time = next();
  return { deviceId, field, time, columns: Object.fromEntries(columns.map(({ name, text }) => [name, text ?? next()])) };
}

/** Cuts columns into chunks of at most so many rows; a series without rows is one chunk, so that it is known to be there. */
export function* chunksOf(series: ResultChunk, rowsMax: number): Iterable<ResultChunk> {
  for (let from = 0; from === 0 || from < series.time.length; from += rowsMax) {
    const columns = Object.entries(series.columns).map(([name, column]) => [name, column.slice(from, from + rowsMax)] as const);
    yield { ...series, time: series.time.slice(from, from + rowsMax), columns: Object.fromEntries(columns) };
  }
}

/** SHA-256 over series in their order and what is said of the whole: the same however they are cut. */
export class ResultDigest {
  private readonly hash: Hash = createHash('sha256');

  add({ deviceId, field, time, columns }: ResultChunk): this {
    this.hash.update(JSON.stringify([deviceId, field, time.length]));
    this.hash.update(bytesOf(time));
    for (const [name, column] of Object.entries(columns)) {
      this.hash.update(JSON.stringify(name));
      this.hash.update(column instanceof Float64Array ? bytesOf(sameNaN(column)) : JSON.stringify(column));
    }
    return this;
  }

  hex(summary: object): string {
    return this.hash.update(JSON.stringify(summary)).digest('hex');
  }
}

const bytesOf = (numbers: Float64Array): Buffer => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** There are many bit patterns of what is no number; all mean the same. */
function sameNaN(column: Float64Array): Float64Array {
  return column.some((value) => value !== value) ? column.map((value) => (value === value ? value : NaN)) : column;
}
