/** JSON bodies: one reading, or an array of them. */
import type { Rejection } from '#domain';
import { locateJsonError, placeOf } from './json-place.js';
import type { ParsedReadings } from './parsed-readings.js';

/** No reading nests deeper than a vector inside `values` inside the array; the decider refuses what is deeper where it would keep it.
 *  Here only the cheapest way to fill memory is stopped: brackets without anything between them. */
const DEPTH_MAX = 32;
const TOO_DEEP = '['.repeat(DEPTH_MAX + 1);

export function readJson(text: string): ParsedReadings | Rejection {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed.rejection;
  const { value } = parsed;
  if (Array.isArray(value)) return { readings: value };
  if (typeof value === 'object' && value !== null) return { readings: [value] };
  return {
    code: 'readings.not-readings',
    message: `the body is ${value === null ? 'null' : `a ${typeof value}`}, not a reading or an array of readings`,
  };
}

export type ParsedJson = { ok: true; value: unknown } | { ok: false; rejection: Rejection };

/** `line` is where `text` stands in the body, from 1 on, where it is not all of it. */
export function parseJson(text: string, line?: number): ParsedJson {
  if (text.includes(TOO_DEEP)) {
    return { ok: false, rejection: { code: 'request.too-deep', message: `the JSON is nested more than ${DEPTH_MAX} levels deep` } };
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, rejection: badJson(text, (error as Error).message, line) };
  }
}

function badJson(text: string, message: string, line: number | undefined): Rejection {
  if (text.trim() === '') return { code: 'request.bad-json', message: 'the body is empty' };
  const position = locateJsonError(text);
  if (position === undefined) return { code: 'request.bad-json', message };
  const place = placeOf(text, position);
  if (line !== undefined) place.line = line;
  const what = position >= text.length ? 'the JSON ends too early' : `unexpected ${JSON.stringify(text.slice(position, position + 1))}`;
  return { code: 'request.bad-json', message: `${what} at line ${place.line}, column ${place.column}`, details: { position, ...place } };
}
