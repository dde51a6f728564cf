/** Events between the thread that reads and parses them and the one that needs them: columns that are numbers throughout in one buffer, which is
 *  given away. */
import type { PackedColumns, RecordedEvent } from '#contracts';
import { ColumnBytes } from './column-bytes.js';
import { eventWith, toEvent, type EventRow, type Row } from './log-reader.js';

/** A row whose data, where it was worth it, is parsed and packed. */
type PackedRow = EventRow | Row<PackedColumns>;

export interface PackedRows {
  rows: PackedRow[];
  /** Of all packed columns. */
  buffer: ArrayBuffer;
}

/** Below, the views of its columns cost more than parsing it where it is needed. */
const PACKED_FROM_BYTES = 4_000;

type Holder = Record<string, unknown>;

export class RowPacker {
  private readonly columns = new ColumnBytes();

  pack(rows: readonly Row<Buffer>[]): PackedRows {
    const { columns } = this;
    columns.clear();
    const packed = rows.map((row) => withData(row, this.packed(row) ?? row[6].toString()) as PackedRow);
    return { rows: packed, buffer: columns.pack() };
  }

  private packed(row: Row<Buffer>): PackedColumns | undefined {
    const [, , , type, , , data] = row;
    if (type !== 'ReadingsReceived' || data.length < PACKED_FROM_BYTES) return undefined;
    return (this.columns.take(data) as PackedColumns | undefined) ?? this.parsed(data.toString());
  }

  /** The other way, for what is no number throughout. */
  private parsed(json: string): PackedColumns | undefined {
    let columns: PackedColumns;
    try {
      columns = JSON.parse(json) as PackedColumns;
    } catch {
      // Whoever needs it finds out, and says so.
      return undefined;
    }
    const { fields = {} } = columns;
    this.find(columns as unknown as Holder, 'time');
    this.find(columns as unknown as Holder, 'seq');
    for (const name in fields) {
      const column = fields[name];
      if (Array.isArray(column)) this.find(fields, name);
      else for (const part in column as Holder) this.find(column as Holder, part);
    }
    return columns;
  }

  private find(holder: Holder, name: string): void {
    const column = holder[name];
    if (Array.isArray(column) && column.every(isNumber)) this.columns.add(holder, name, column);
  }
}

export function eventsOf({ rows }: PackedRows): RecordedEvent[] {
  return rows.map((row) => (isPlain(row) ? toEvent(row) : eventWith(row, row[6] as unknown as RecordedEvent['data'])));
}

const isPlain = (row: PackedRow): row is EventRow => typeof row[6] === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

function withData<Data>([position, stream, revision, type, eventVersion, metadata]: Row<unknown>, data: Data): Row<Data> {
  return [position, stream, revision, type, eventVersion, metadata, data];
}
