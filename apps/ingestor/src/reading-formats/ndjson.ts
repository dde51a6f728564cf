/** NDJSON bodies: a reading a line; empty lines are skipped. */
import type { Rejection } from '#domain';
import { parseJson } from './json.js';
import { tooManyReadings, type BodyContext, type ParsedReadings } from './parsed-readings.js';

export function readNdjson(text: string, { readingsMax }: BodyContext): ParsedReadings | Rejection {
  const readings: unknown[] = [];
  let line = 0;
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const json = text.slice(start, end);
    start = end + 1;
    line++;
    if (json.trim() === '') continue;
    if (readings.length === readingsMax) return tooManyReadings(readingsMax);
    const parsed = parseJson(json, line);
    if (!parsed.ok) return parsed.rejection;
    readings.push(parsed.value);
  }
  return { readings };
}
