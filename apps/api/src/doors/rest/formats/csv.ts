/** A table as CSV (RFC 4180), safe to open in a spreadsheet. */
import type { Table, TableColumn } from './table.js';
import { timeWriter } from './zoned-time.js';

/** Rows in one piece: a piece is written without a pause. */
const ROWS_A_PIECE = 2_000;

export function* csvOf(table: Table): Generator<string> {
  const writers = table.columns.map((column) => cellWriter(column, table.tz));
  yield `${table.columns.map((column) => textCell(column.name)).join(',')}\r\n`;
  for (let start = 0; start < table.rows; start += ROWS_A_PIECE) {
    let piece = '';
    const end = Math.min(table.rows, start + ROWS_A_PIECE);
    for (let row = start; row < end; row++) {
      for (let at = 0; at < writers.length; at++) piece += (at === 0 ? '' : ',') + writers[at]!(row);
      piece += '\r\n';
    }
    yield piece;
  }
}

function cellWriter(column: TableColumn, tz: string | undefined): (row: number) => string {
  if (column.kind === 'time') {
    const write = timeWriter(tz);
    return (row) => write(column.values[row]!);
  }
  if (column.kind === 'text') return (row) => textCell(column.values[row] ?? null);
  if (column.boolean) return (row) => (Number.isNaN(column.values[row]) ? '' : String(column.values[row] !== 0));
  return (row) => (Number.isNaN(column.values[row]) ? '' : String(column.values[row]));
}

/** Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function textCell(text: string | null): string {
  if (text === null) return '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() || safe === '' ? `"${safe.replaceAll('"', '""')}"` : safe;
}
