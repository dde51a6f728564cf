/** Reads query parameters. What is out of bounds is refused, never clamped. */
import { parseTime } from '#domain';
import { refuse } from '../../doors/rest/problem-error.js';

/** As Fastify gives them: a parameter that stands twice is an array. */
export type Parameters = Record<string, string | string[] | undefined>;

export const badParameter = (parameter: string, detail: string, members: Record<string, unknown> = {}) =>
  refuse('request.bad-parameter', detail, { parameter, ...members });

/** Undefined where it is absent; an empty one counts as absent. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (Array.isArray(value)) throw badParameter(name, `${name} stands more than once.`);
  return value === '' ? undefined : value;
}

export function wholeOf(parameters: Parameters, name: string, bounds: { min: number; max: number }): number | undefined {
  const text = textOf(parameters, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= bounds.min && number <= bounds.max))
    throw badParameter(name, `${name} is a whole number from ${bounds.min} to ${bounds.max}.`);
  return number;
}

const LIST_LIMIT_MAX = 1_000;
const LIST_LIMIT_DEFAULT = 100;
export const limitOf = (parameters: Parameters): number =>
  wholeOf(parameters, 'limit', { min: 1, max: LIST_LIMIT_MAX }) ?? LIST_LIMIT_DEFAULT;

/** ms since epoch; ISO 8601, or a number as devices may send it. */
export function timeOf(parameters: Parameters, name: string): number | undefined {
  const text = textOf(parameters, name);
  if (text === undefined) return undefined;
  // A "+" of a zone that was not escaped arrives as a space.
  const time = parseTime(text.replace(/ (\d\d:?\d\d)$/, '+$1'));
  if (time === undefined)
    throw badParameter(name, `${name} is an ISO 8601 time, or a number of s, ms, µs or ns since 1970, in the years 1678 to 2261.`);
  return time;
}

export function oneOf<T extends string>(parameters: Parameters, name: string, values: readonly T[]): T | undefined {
  const text = textOf(parameters, name);
  if (text === undefined) return undefined;
  if (!values.includes(text as T)) throw badParameter(name, `${name} is one of ${values.join(', ')}.`);
  return text as T;
}

/** An entry may stand in quotes, in which a quote is doubled; a quote that does not close stands for itself. */
const ENTRY = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*)),/gy;

/** A comma list without empty entries or repetitions; undefined where it is absent. */
export function listOf(parameters: Parameters, name: string): string[] | undefined {
  const text = textOf(parameters, name);
  if (text === undefined) return undefined;
  const entries = [...`${text},`.matchAll(ENTRY)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim());
  if (entries.some((entry) => entry === ''))
    throw badParameter(name, `${name} is a list with commas between its entries; one that holds a comma stands in quotes.`);
  return [...new Set(entries)];
}

export function zoneOf(parameters: Parameters): string | undefined {
  const zone = textOf(parameters, 'tz');
  if (zone === undefined) return undefined;
  try {
    // Offsets like +02:00 are not zones: they know no daylight saving, and the stores do not know them.
    if (/^[+-]/.test(zone)) throw new RangeError(zone);
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw badParameter('tz', 'tz is the name of an IANA time zone, like Europe/Berlin.');
  }
}
