/** Turns the body of a `ReceiveReadings` into readings, on the shard's thread: the only place where a body is read. */
import { hasMoreNames, MEMBER_NAMES_MAX, type ReadingFormat } from '#contracts';
import type { Rejection } from '#domain';
import { readCsv } from './csv.js';
import { readJson } from './json.js';
import { readNdjson } from './ndjson.js';
import { isRejection, tooManyReadings, type BodyContext, type ParsedReadings } from './parsed-readings.js';
import { readSenml } from './senml.js';

type ReadText = (text: string, context: BodyContext) => ParsedReadings | Rejection;

const FORMATS: Record<ReadingFormat, ReadText> = { json: readJson, ndjson: readNdjson, csv: readCsv, senml: readSenml };

/** Invalid UTF-8 is refused, never repaired: what is stored is what was sent. A byte order mark is skipped. */
const decoder = new TextDecoder('utf-8', { fatal: true });

export function readBody(format: ReadingFormat, body: Uint8Array | undefined, context: BodyContext): ParsedReadings | Rejection {
  if (body !== undefined && format !== 'csv' && hasMoreNames(body)) {
    return { code: 'request.too-many-names', message: `the JSON has more than ${MEMBER_NAMES_MAX} different member names` };
  }
  let text: string;
  try {
    text = body === undefined ? '' : decoder.decode(body);
  } catch {
    return { code: 'request.bad-encoding', message: 'the body is not valid UTF-8' };
  }
  const parsed = FORMATS[format](text, context);
  if (isRejection(parsed)) return parsed;
  if (parsed.readings.length === 0) return { code: 'readings.empty', message: 'the request holds no reading' };
  if (parsed.readings.length > context.readingsMax) return tooManyReadings(context.readingsMax);
  return parsed;
}
