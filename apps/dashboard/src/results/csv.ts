/** A result as a CSV file: every row there is, one line each. */
import type { OperationView, ResultSeriesView } from '#contracts';

type Cell = string | number | boolean | null | undefined;

/** RFC 4180; a text that a spreadsheet would take for a formula is told to be text. */
export function csvOf(head: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [head.join(',')];
  for (const row of rows) lines.push(row.map(cellText).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const RESERVED = new Set(['deviceId', 'field', 'time']);

/** `time,device,field` and the columns of the operation; times as ISO 8601. */
export function resultCsv(operation: OperationView, series: readonly ResultSeriesView[]): string {
  const columns = operation.columns.filter(({ name }) => !RESERVED.has(name));
  const iso = (time: Cell): Cell => (typeof time === 'number' ? new Date(time).toISOString() : time);
  function* rows(): Generator<Cell[]> {
    for (const one of series) {
      for (let at = 0; at < one.time.length; at += 1) {
        const values = columns.map(({ name, kind }) => (kind === 'time' ? iso(columnOf(one, name)[at]) : columnOf(one, name)[at]));
        yield [iso(one.time[at]), one.deviceId, one.field, ...values];
      }
    }
  }
  return csvOf(['time', 'device', 'field', ...columns.map(({ name }) => name)], rows());
}

/** A column of a result; empty where the result has none of this name. */
export function columnOf(series: ResultSeriesView, name: string): readonly Cell[] {
  const column = series[name];
  return Array.isArray(column) ? (column as Cell[]) : [];
}

/** Without gaps: what is not a number is NaN. */
export const numbersOf = (series: ResultSeriesView, name: string): number[] =>
  columnOf(series, name).map((value) => (typeof value === 'number' ? value : NaN));
