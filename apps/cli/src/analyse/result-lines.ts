/** The result of an operation as lines of CSV: a row for each row of the file where it has one, else the rows of its own. */
import type { Operation, OperationResult, OutputColumn, ResultSeries } from '#timeseries';
import type { ReadSeries } from './read-series.js';
import type { Table } from './table-reader.js';

export function* resultLines(operation: Operation, result: OperationResult, read: ReadSeries, table: Table): Generator<string> {
  const several = result.series.length > 1;
  const eachRow = operation.rows === 'each' && result.series.every(({ time }) => time.length === read.place.length);
  const known = new Map(operation.columns.map((column) => [column.name, column]));
  const names = [...new Set(result.series.flatMap(({ columns }) => Object.keys(columns)))];
  const columns = names.map((name): OutputColumn => known.get(name) ?? { name, label: name, kind: 'number' });
  const showsValue = eachRow && operation.input.kind === 'number' && !names.includes('value');
  yield csvLine([...(several ? ['field'] : []), 'time', ...(showsValue ? ['value'] : []), ...names]);
  for (const [s, series] of result.series.entries()) {
    const rows = eachRow ? read.place.length : series.time.length;
    for (let row = 0; row < rows; row++) {
      const at = eachRow ? read.place[row]! : row;
      yield csvLine([
        ...(several ? [series.field] : []),
        eachRow ? read.timeTexts[row]! : Number.isNaN(series.time[at]!) ? '' : table.formatTime(series.time[at]!),
        ...(showsValue ? [numberCell(read.input[s]!.parts['value']![at]!)] : []),
        ...columns.map((column) => cell(series, column, at, table)),
      ]);
    }
  }
}

function cell(series: ResultSeries, { name, kind }: OutputColumn, at: number, table: Table): string {
  const value = series.columns[name]?.[at];
  if (value === undefined || value === null || Number.isNaN(value)) return '';
  if (typeof value === 'string') return value;
  if (kind === 'boolean') return value === 0 ? 'false' : 'true';
  return kind === 'time' ? table.formatTime(value) : String(value);
}

const numberCell = (value: number): string => (Number.isNaN(value) ? '' : String(value));

/** A text that a spreadsheet would take for a formula is led by an apostrophe, as in every CSV we write; a number never is. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
