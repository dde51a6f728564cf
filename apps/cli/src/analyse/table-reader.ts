/** The columns of a file as an operation takes them: times in ms, values as numbers, NaN where there is none. */
import { openRows, type Cell, type Row } from '../import/rows.js';
import { recogniseTimes } from '../import/times.js';
import { UsageError } from '../quantities.js';

export interface TableOptions {
  file: string;
  time: string;
  /** The columns of each field: one of a number, several of a place or vector. */
  fields: readonly (readonly string[])[];
  tz: string;
  timeFormat?: string | undefined;
}

export interface TableRow {
  line: number;
  /** As the file has it. */
  timeText: string;
  /** ms since epoch. */
  time: number;
  /** In the order of the fields and their columns. */
  values: number[];
}

export interface Table {
  /** A time in ms as the file would have it. */
  formatTime(ms: number): string;
  rows(): AsyncIterable<TableRow>;
}

const SAMPLES = 200;
/** What people write where there is no value. */
const NOTHING = new Set(['', 'nan', 'na', 'n/a', 'null', 'none', '-', '?']);
const TRUTH: Record<string, number> = { true: 1, false: 0 };

/** Looks at the first rows; throws `UsageError` where a column is missing or its times are not understood. */
export async function openTable(options: TableOptions): Promise<Table> {
  const source = await openRows(options.file);
  const samples: Row[] = [];
  for await (const row of source.rows()) if (samples.push(row) >= SAMPLES) break;
  if (samples.length === 0) throw new UsageError(`${options.file} has no rows.`);
  const headings = new Set(samples.flatMap(({ cells }) => Object.keys(cells)));
  for (const column of [options.time, ...options.fields.flat()]) {
    if (!headings.has(column)) throw new UsageError(`${options.file} has no column "${column}"; it has ${[...headings].join(', ')}.`);
  }
  const times = samples.map(({ cells }) => cells[options.time] ?? null);
  const reader = recogniseTimes(options.time, times, { tz: options.tz, format: options.timeFormat });
  const first = String(times.find((cell) => cell !== null && cell !== '') ?? '').trim();
  const scale = reader.zoned ? scaleOf(Number(first)) : 1;
  const columns = options.fields.flat();
  return {
    formatTime: (ms) => (reader.zoned ? String(ms / scale) : likeTheFile(ms, first)),
    async *rows() {
      for await (const { cells, line } of source.rows()) {
        const timeText = String(cells[options.time] ?? '').trim();
        const read = reader.read(cells[options.time]);
        const time = typeof read === 'number' ? read * scale : reader.zoned ? Number(timeText || NaN) * scale : Date.parse(read);
        if (Number.isNaN(time)) {
          throw new UsageError(`"${timeText}" in ${source.unit} ${line}, column "${options.time}", is not a time like "${first}".`);
        }
        yield { line, timeText, time, values: columns.map((column) => numberOf(cells[column], column, line, source.unit)) };
      }
    },
  };
}

function numberOf(cell: Cell | undefined, column: string, line: number, unit: string): number {
  if (typeof cell === 'number') return cell;
  const text = String(cell ?? '').trim();
  const value = TRUTH[text.toLowerCase()] ?? Number(text);
  if (text !== '' && !Number.isNaN(value)) return value;
  if (NOTHING.has(text.toLowerCase())) return NaN;
  throw new UsageError(`"${text.slice(0, 80)}" in ${unit} ${line}, column "${column}", is not a number.`);
}

/** The magnitude of a number tells its unit, as at the server. */
function scaleOf(time: number): number {
  if (Math.abs(time) < 1e11) return 1_000;
  if (Math.abs(time) < 1e14) return 1;
  return Math.abs(time) < 1e17 ? 1e-3 : 1e-6;
}

/** `2014-04-01 00:00:00` where the file is so, in UTC where that is what it was read in; else ISO 8601. */
function likeTheFile(ms: number, first: string): string {
  const iso = new Date(ms).toISOString();
  if (/^\d{4}-\d{2}-\d{2}$/.test(first) && iso.endsWith('T00:00:00.000Z')) return iso.slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$/.test(first)) return iso.slice(0, 19).replace('T', ' ');
  return iso;
}
