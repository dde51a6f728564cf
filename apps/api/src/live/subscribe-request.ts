/** What a browser asks for, read from whatever it sent. */
import { refuse } from '../doors/rest/problem-error.js';

export interface Subscribing {
  deviceId: string;
  fields?: string[];
  after?: number;
  rateHzMax?: number;
}

const FIELDS_MAX = 1_000;
/** A message in seventeen minutes; a thousand a second. */
const RATE_HZ_MIN = 0.001;
const RATE_HZ_MAX = 1_000;

/** Throws `ProblemError`. */
export function subscribing(request: unknown): Subscribing {
  if (typeof request !== 'object' || request === null) throw bad('request', 'Send an object with a deviceId.');
  const { deviceId, fields, after, rateHzMax } = request as Record<string, unknown>;
  if (typeof deviceId !== 'string') throw bad('deviceId', 'deviceId must be text.');
  return {
    deviceId,
    ...(fields !== undefined && fields !== null && { fields: fieldsIn(fields) }),
    ...(after !== undefined && after !== null && { after: positionIn(after) }),
    ...(rateHzMax !== undefined && rateHzMax !== null && { rateHzMax: rateIn(rateHzMax) }),
  };
}

function fieldsIn(fields: unknown): string[] {
  const valid =
    Array.isArray(fields) && fields.length >= 1 && fields.length <= FIELDS_MAX && fields.every((field) => typeof field === 'string');
  if (!valid) throw bad('fields', 'fields is a list of 1 to 1000 names.');
  return fields as string[];
}

function positionIn(after: unknown): number {
  const position = typeof after === 'string' && /^\d{1,15}$/.test(after) ? Number(after) : after;
  if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0)
    throw bad('after', 'after is a position of the log, as decimal text.');
  return position;
}

function rateIn(rate: unknown): number {
  if (typeof rate !== 'number' || !(rate >= RATE_HZ_MIN && rate <= RATE_HZ_MAX))
    throw bad('rateHzMax', `rateHzMax is a number from ${RATE_HZ_MIN} to ${RATE_HZ_MAX}.`);
  return rate;
}

const bad = (parameter: string, detail: string) => refuse('request.bad-parameter', detail, { parameter });
