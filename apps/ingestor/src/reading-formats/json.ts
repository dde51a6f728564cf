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
    const value = JSON.parse(text) as unknown;
    return { ok: true, value: hasLargeSeq(value) ? JSON.parse(text.replace(LARGE_SEQ, '$1"$2"')) : value };
  } catch (error) {
    return { ok: false, rejection: badJson(text, (error as Error).message, line) };
  }
}

/** A sequence number that a double cannot hold exactly: its digits are kept by reading it as text. Within a JSON string the quotes are escaped,
 *  so that what looks like one there does not match. More digits than an unsigned 64-bit integer has are none. */
const LARGE_SEQ = /("seq"\s*:\s*)(\d{16,20})(?=\s*[,}])/g;

function hasLargeSeq(value: unknown): boolean {
  const isLarge = (reading: unknown): boolean => {
    const seq = (reading as { seq?: unknown } | null)?.seq;
    return typeof seq === 'number' && seq > Number.MAX_SAFE_INTEGER;
  };
  return Array.isArray(value) ? value.some(isLarge) : isLarge(value);
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
