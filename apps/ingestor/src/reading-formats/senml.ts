/** SenML bodies (RFC 8428): records are resolved against their base values; those of one time become one reading. */
import type { Rejection } from '#domain';
import { parseJson } from './json.js';
import { tooManyReadings, type BodyContext, type ParsedReadings } from './parsed-readings.js';

/** Times below 2^28 seconds are relative to now (RFC 8428, 4.5.3). */
const ABSOLUTE_FROM_S = 2 ** 28;
/** The version of RFC 8428; a pack that asks for more cannot be understood (4.4). */
const VERSION = 10;

/** Base values hold for the records after them (4.1). `bu` and `bver` change nothing here: units are the schema's. */
interface Base {
  /** Of the base name, its last part. */
  field: string;
  time: number;
  value: number;
  sum: number;
}

interface SenmlRecord {
  [label: string]: unknown;
}

type Reading = Record<string, unknown>;

/** Far beyond any URN or URL of a sensor. */
const BASE_NAME_CHARS_MAX = 1_024;

export function readSenml(text: string, { now, readingsMax }: BodyContext): ParsedReadings | Rejection {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed.rejection;
  if (!Array.isArray(parsed.value)) return notSenml(undefined, 'a SenML pack is an array of records');
  const base: Base = { field: '', time: 0, value: 0, sum: 0 };
  const readings: Reading[] = [];
  const latestByTime = new Map<number, Reading>();
  for (const [index, record] of (parsed.value as unknown[]).entries()) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return notSenml(index, 'is not an object');
    const wrong = takeBase(base, record as SenmlRecord) ?? takeValue(base, record as SenmlRecord, { now, readings, latestByTime });
    if (wrong !== undefined) return notSenml(index, wrong);
    if (readings.length > readingsMax) return tooManyReadings(readingsMax);
  }
  return { readings };
}

/** Returns what is wrong. */
function takeBase(base: Base, record: SenmlRecord): string | undefined {
  const { bn, bt, bv, bs, bver } = record;
  if (bver !== undefined && !(typeof bver === 'number' && bver <= VERSION))
    return `asks for version ${JSON.stringify(bver)}; ${VERSION} is understood`;
  const mustUnderstand = Object.keys(record).find((label) => label.endsWith('_'));
  if (mustUnderstand !== undefined) return `has the label ${JSON.stringify(mustUnderstand)}, which is not understood`;
  if (bn !== undefined && typeof bn !== 'string') return 'has a base name (bn) that is no text';
  for (const [label, number] of Object.entries({ bt, bv, bs })) {
    if (number !== undefined && typeof number !== 'number') return `has a ${label} that is no number`;
  }
  if (bn !== undefined && bn.length > BASE_NAME_CHARS_MAX) return `has a base name (bn) of more than ${BASE_NAME_CHARS_MAX} characters`;
  if (bn !== undefined) base.field = bn.split(/[:/]/).findLast((part) => part !== '') ?? '';
  if (bt !== undefined) base.time = bt as number;
  if (bv !== undefined) base.value = bv as number;
  if (bs !== undefined) base.sum = bs as number;
  return undefined;
}

function takeValue(
  base: Base,
  record: SenmlRecord,
  { now, readings, latestByTime }: { now: number; readings: Reading[]; latestByTime: Map<number, Reading> },
): string | undefined {
  const value = valueOf(base, record);
  // A record may carry base values alone.
  if (value === undefined) return undefined;
  const { n = '', t = 0 } = record;
  if (typeof n !== 'string') return 'has a name (n) that is no text';
  if (typeof t !== 'number') return 'has a time (t) that is no number';
  const field = n !== '' ? n : base.field;
  if (field === '') return 'has no name (n), and there is no base name (bn)';
  const time = timeOf(base.time + t, now);
  let reading = latestByTime.get(time);
  // The same field twice at one time is two readings.
  if (reading === undefined || !put(reading, field, value)) {
    reading = { time };
    put(reading, field, value);
    readings.push(reading);
    latestByTime.set(time, reading);
  }
  return undefined;
}

function valueOf(base: Base, { v, vs, vb, vd, s }: SenmlRecord): unknown {
  if (v !== undefined) return typeof v === 'number' ? base.value + v : v;
  if (s !== undefined && vs === undefined && vb === undefined && vd === undefined) return typeof s === 'number' ? base.sum + s : s;
  return vs ?? vb ?? vd;
}

/** ms since epoch, to the microsecond. */
function timeOf(seconds: number, now: number): number {
  const absolute = seconds < ABSOLUTE_FROM_S ? now / 1_000 + seconds : seconds;
  return Math.round(absolute * 1_000_000) / 1_000;
}

/** `position.lat` is a part of `position`. Own members only, whatever they are called. False where the place is taken. */
function put(reading: Reading, field: string, value: unknown): boolean {
  const dot = field.indexOf('.');
  if (dot <= 0) return define(reading, field, value);
  const whole = field.slice(0, dot);
  if (!Object.hasOwn(reading, whole)) define(reading, whole, {});
  const parts = reading[whole];
  return typeof parts === 'object' && parts !== null && define(parts as Reading, field.slice(dot + 1), value);
}

function define(target: Reading, name: string, value: unknown): boolean {
  if (Object.hasOwn(target, name)) return false;
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  return true;
}

const notSenml = (index: number | undefined, what: string): Rejection => ({
  code: 'readings.not-readings',
  message: index === undefined ? what : `record ${index} ${what}`,
  ...(index !== undefined && { details: { index } }),
});
