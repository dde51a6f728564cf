/** Understands the times of a column: one form for all of it, and never a guess between day and month. */
import { DateTime } from 'luxon';
import { UsageError } from '../quantities.js';
import type { Cell } from './rows.js';

export interface TimeReader {
  /** What the server is sent: ISO 8601 with a zone, or the number as it stands. A cell that does not fit is passed on as
   *  text, so that the server's verdict, and the original, are kept with the device. */
  read(cell: Cell | undefined): string | number;
  /** What was recognised, for the person. */
  description: string;
  /** True where a number says the instant by itself. */
  zoned?: boolean;
}

export interface TimeOptions {
  /** IANA zone of times that name none. */
  tz: string;
  /** Luxon format, where the person said it. */
  format?: string | undefined;
}

/** Forms that can mean only one thing. Four digits first, or the month in letters. */
const FORMS = [
  'yyyy/MM/dd',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm:ss.SSS',
  'yyyy.MM.dd',
  'yyyy.MM.dd HH:mm:ss',
  'MMM d yyyy',
  'MMM d, yyyy',
  'MMMM d yyyy',
  'MMMM d, yyyy',
  'd MMM yyyy',
  'd MMMM yyyy',
  'd-MMM-yyyy',
  'd-MMM-yy',
  'MMM d yyyy HH:mm',
  'MMM d, yyyy HH:mm:ss',
  'd MMM yyyy HH:mm',
  'd MMM yyyy HH:mm:ss',
  'MMM yyyy',
];
const DAY_OR_MONTH_FIRST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})\b/;
const ZONED = /(Z|[+-]\d{2}:?\d{2})$/i;

/** Looks at some cells of the column (at least one that is not empty) and settles how all are read. */
export function recogniseTimes(column: string, samples: Cell[], options: TimeOptions): TimeReader {
  if (!DateTime.now().setZone(options.tz).isValid)
    throw new UsageError(`"${options.tz}" is not a time zone; write it like Europe/Vienna or UTC.`);
  const texts = samples.map((cell) => (cell === null ? '' : String(cell).trim())).filter(Boolean);
  const first = texts[0];
  if (first === undefined) throw new UsageError(`Column "${column}" holds no time.`);
  if (options.format) return formatted(options.format, options.tz, first);
  if (texts.every((text) => /^\d+(\.\d+)?$/.test(text))) return numeric(column, texts);
  if (fromIso(first, options.tz).isValid) return reader('ISO 8601', (text) => isoText(text, options.tz));
  const sql = DateTime.fromSQL(first, { zone: options.tz });
  if (sql.isValid) return reader('date and time', (text) => instant(DateTime.fromSQL(text, { zone: options.tz })));
  const form = FORMS.find((candidate) => DateTime.fromFormat(first, candidate, { zone: options.tz, locale: 'en' }).isValid);
  if (form) return formatted(form, options.tz, first);
  if (DAY_OR_MONTH_FIRST.test(first)) throw ambiguous(column, texts);
  throw new UsageError(
    `The times of column "${column}" (like "${first}") are not understood; say their form with --time-format, e.g. "dd.MM.yyyy HH:mm".`,
  );
}

function reader(description: string, parse: (text: string) => string | undefined): TimeReader {
  const read = (cell: Cell | undefined) => {
    const text = String(cell ?? '').trim();
    return parse(text) ?? text;
  };
  return { read, description };
}

function formatted(format: string, tz: string, first: string): TimeReader {
  const parse = (text: string) => instant(DateTime.fromFormat(text, format, { zone: tz, locale: 'en' }));
  if (parse(first) === undefined) throw new UsageError(`--time-format "${format}" does not fit the first time, "${first}".`);
  return reader(`"${format}"`, parse);
}

/** Four digits are a year; else the magnitude tells the unit, as at the server. */
function numeric(column: string, texts: string[]): TimeReader {
  if (texts.every((text) => /^\d{4}$/.test(text)))
    return reader('years', (text) => (/^\d{4}$/.test(text) ? `${text}-01-01T00:00:00.000Z` : undefined));
  if (texts.every((text) => /^(19|20)\d{6}$/.test(text))) {
    throw new UsageError(
      `The times of column "${column}" (like "${texts[0]}") may be dates or seconds; say --time-format yyyyMMdd or --time-format X.`,
    );
  }
  return {
    description: 'numbers since 1970',
    zoned: true,
    read: (cell) => {
      const text = String(cell ?? '').trim();
      return text !== '' && Number.isSafeInteger(Number(text)) ? Number(text) : text;
    },
  };
}

function fromIso(text: string, tz: string): DateTime {
  return /^\d{4}-/.test(text) ? DateTime.fromISO(text, { zone: tz }) : DateTime.invalid('no year first');
}

/** A time that names its zone is passed on as it stands, with all its digits. */
function isoText(text: string, tz: string): string | undefined {
  if (text.includes('T') && ZONED.test(text)) return text;
  return instant(fromIso(text, tz));
}

function instant(time: DateTime): string | undefined {
  return time.isValid ? (time.toUTC().toISO() ?? undefined) : undefined;
}

function ambiguous(column: string, texts: string[]): UsageError {
  const parts = texts.map((text) => DAY_OR_MONTH_FIRST.exec(text)).filter((match) => match !== null);
  const dot = parts[0]?.[2] ?? '/';
  const year = parts[0]?.[4]?.length === 2 ? 'yy' : 'yyyy';
  const dayFirst = parts.some((match) => Number(match[1]) > 12);
  const monthFirst = parts.some((match) => Number(match[3]) > 12);
  const forms = [`dd${dot}MM${dot}${year}`, `MM${dot}dd${dot}${year}`];
  const hint =
    dayFirst && !monthFirst ? `It looks like ${forms[0]}.` : monthFirst && !dayFirst ? `It looks like ${forms[1]}.` : 'Both can be meant.';
  return new UsageError(
    `Is "${texts[0]}" in column "${column}" day or month first? Say --time-format ${forms[0]} or --time-format ${forms[1]}. ${hint}`,
  );
}
