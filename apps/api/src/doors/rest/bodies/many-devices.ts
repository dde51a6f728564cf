/** Splits the body of `POST /readings` into one body a device. The text of each reading is passed on as it was sent: 64-bit
 *  sequence numbers and nanoseconds do not survive `JSON.parse` and `JSON.stringify`. */
import { isUtf8 } from 'node:buffer';
import type { ReadingFormat } from '#contracts';
import { endOfString, parseJson, refuseManyNames } from '../json-body.js';
import { refuse } from '../problem-error.js';

/** An object of devices, an array of readings, a reading, its values, a location: 5. */
const DEPTH_MAX = 32;

export interface DevicePart {
  body: Buffer;
  format: ReadingFormat;
  readings: number;
}

/** Throws `ProblemError` where the whole cannot be read, or holds more than `readingsMax`. */
export function splitByDevice(body: Buffer, format: ReadingFormat, readingsMax: number): Map<string, DevicePart> {
  const parts = format === 'ndjson' ? splitLines(body, readingsMax) : splitObject(body);
  const readings = [...parts.values()].reduce((sum, part) => sum + part.readings, 0);
  if (readings > readingsMax) throw tooMany(readingsMax);
  if (parts.size === 0) throw refuse('readings.empty', 'The request names no device.');
  return parts;
}

const tooMany = (limit: number) =>
  refuse('request.too-many-readings', `The body has more than the ${limit} readings a request may hold.`, { limit });

function splitObject(body: Buffer): Map<string, DevicePart> {
  const whole = parseJson(body, DEPTH_MAX);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    throw refuse('readings.not-readings', 'The body must be an object with a member a device: {"deviceId": [reading, …]}.');
  }
  const parts = new Map<string, DevicePart>();
  for (const { name, text } of membersOf(body)) {
    if (parts.has(name)) throw refuse('request.malformed', `The device ${name} stands twice in the body.`);
    const value = (whole as Record<string, unknown>)[name];
    parts.set(name, { body: text, format: 'json', readings: Array.isArray(value) ? value.length : 1 });
  }
  return parts;
}

/** The members of the outermost object, each value as its bytes. The body is known to be valid JSON. */
function* membersOf(body: Buffer): Generator<{ name: string; text: Buffer }> {
  let at = body.indexOf(0x7b) + 1;
  for (;;) {
    const open = skipTo(body, at, (byte) => byte === 0x22 || byte === 0x7d);
    if (body[open] !== 0x22) return;
    const close = endOfString(body, open);
    const name = JSON.parse(body.toString('utf8', open, close + 1)) as string;
    const start = body.indexOf(0x3a, close) + 1;
    const end = endOfValue(body, start);
    yield { name, text: body.subarray(start, end) };
    at = end;
  }
}

function skipTo(body: Buffer, from: number, wanted: (byte: number) => boolean): number {
  let at = from;
  while (at < body.length && !wanted(body[at]!)) at++;
  return at;
}

/** Index of the comma or closing brace after the value that starts at `from`. */
function endOfValue(body: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === 0x22) at = endOfString(body, at);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth-- === 0) return at;
    } else if (byte === 0x2c && depth === 0) return at;
  }
  return body.length;
}

function splitLines(body: Buffer, readingsMax: number): Map<string, DevicePart> {
  if (!isUtf8(body)) throw refuse('request.bad-encoding', 'The body is not valid UTF-8.');
  // Each line may have few of its own.
  refuseManyNames(body);
  const lines = new Map<string, Buffer[]>();
  let number = 0;
  let readings = 0;
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(0x0a, start);
    const end = newline < 0 ? body.length : newline;
    const line = body.subarray(start, end);
    start = end + 1;
    number++;
    if (isBlank(line)) continue;
    // Before the lines beyond are parsed.
    if (++readings > readingsMax) throw tooMany(readingsMax);
    const deviceId = deviceIdOf(line, number);
    const known = lines.get(deviceId);
    if (known) known.push(line, NEWLINE);
    else lines.set(deviceId, [line, NEWLINE]);
  }
  return new Map(
    [...lines].map(([deviceId, its]) => [deviceId, { body: Buffer.concat(its), format: 'ndjson' as const, readings: its.length / 2 }]),
  );
}

const NEWLINE = Buffer.from('\n');
const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);

function deviceIdOf(line: Buffer, number: number): string {
  let reading: unknown;
  try {
    reading = parseJson(line, DEPTH_MAX);
  } catch (error) {
    throw refuse('request.bad-json', `Line ${number}: ${(error as Error).message}`);
  }
  const deviceId = (reading as { deviceId?: unknown } | null)?.deviceId;
  if (typeof deviceId !== 'string' || deviceId === '') throw refuse('request.malformed', `Line ${number} has no deviceId.`);
  return deviceId;
}
