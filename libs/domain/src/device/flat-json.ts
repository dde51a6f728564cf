/** The column JSON of a batch, put together from what its columns wrote. */
import { WrittenColumns, type FieldColumn, type PartColumns, type ReadingColumns } from '#contracts';
import { SEQ_COLUMN, TIME_COLUMN, type FlatSchema, type FlatSlot } from '../schema/flat-schema.js';
import type { FlatColumn } from './flat-column.js';

const [COMMA, COLON, OPEN, CLOSE, OPEN_BRACE] = [44, 58, 91, 93, 123];
const encoder = new TextEncoder();
const FIELDS = encoder.encode('],"fields":{');
const SEQ = encoder.encode('],"seq":[');
/** Beside the columns and names: what stands before, between and behind them. */
const FRAME_BYTES = 128;

/** `columns` are as long as the batch where anything was written to them, else empty. */
export function writtenColumns(schemaVersion: number, flat: FlatSchema, columns: readonly FlatColumn[]): WrittenColumns {
  const json = new Json(roomFor(flat, columns));
  const time = columns[TIME_COLUMN]!;
  const seq = columns[SEQ_COLUMN]!;
  json.put(encoder.encode(`{"schemaVersion":${schemaVersion},"time":[`));
  json.putColumn(time);
  if (seq.length > 0) {
    json.put(SEQ);
    json.putColumn(seq);
  }
  json.put(FIELDS);
  const fields: Record<string, FieldColumn> = {};
  for (const field of flat.fields) {
    const column = field.parts.length === 0 ? json.putField(field, columns) : json.putParts(field, columns);
    if (column !== undefined) fields[field.slot.name] = column;
  }
  json.end('}}');
  const read = { schemaVersion, time: time.values, ...(seq.length > 0 && { seq: seq.values }), fields } as ReadingColumns;
  return new WrittenColumns(read, json.written());
}

function roomFor(flat: FlatSchema, columns: readonly FlatColumn[]): number {
  let bytes = FRAME_BYTES;
  for (let i = 0; i < flat.columns; i++) bytes += columns[i]!.length + 4;
  for (const { key, parts } of flat.fields) {
    bytes += key.length + 4;
    for (const part of parts) bytes += part.key.length + 4;
  }
  return bytes;
}

class Json {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytesMax: number) {
    this.bytes = new Uint8Array(bytesMax);
  }

  put(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Without the comma behind its last value. */
  putColumn({ bytes, length }: FlatColumn): void {
    this.put(bytes.subarray(0, length - 1));
  }

  /** `"name":[…],`, where there is anything. */
  putField({ key, column }: FlatSlot, columns: readonly FlatColumn[]): FieldColumn | undefined {
    const written = columns[column]!;
    if (written.length === 0) return undefined;
    this.put(key);
    this.byte(COLON);
    this.byte(OPEN);
    this.putColumn(written);
    this.byte(CLOSE);
    this.byte(COMMA);
    return written.values as FieldColumn;
  }

  putParts({ key, parts }: FlatSlot, columns: readonly FlatColumn[]): PartColumns | undefined {
    if (parts.every(({ column }) => columns[column]!.length === 0)) return undefined;
    const values: PartColumns = {};
    this.put(key);
    this.byte(COLON);
    this.byte(OPEN_BRACE);
    for (const part of parts) {
      const column = this.putField(part, columns);
      if (column !== undefined) values[part.slot.name] = column as PartColumns[string];
    }
    this.end('},');
    return values;
  }

  /** In place of the comma behind the last member. */
  end(text: string): void {
    this.at--;
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  private byte(byte: number): void {
    this.bytes[this.at++] = byte;
  }
}
