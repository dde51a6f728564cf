/** What both routes of the readings door share: what they ask of a request, and how they answer it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReadingsAnswer } from '#contracts';
import type { CommandQueue } from '#ports';
import type { Admission } from '../../admission/admission.js';
import type { Devices } from '../../commands/shared/devices.js';
import type { Once } from '../../commands/shared/once.js';
import type { Progress } from '../../commands/shared/progress.js';
import type { ApiSettings, Clock, Log } from '../../tokens.js';
import { refuse } from './problem-error.js';

export interface ReadingsDoor {
  queue: CommandQueue;
  admission: Admission;
  devices: Devices;
  progress: Progress;
  once: Once;
  settings: ApiSettings;
  clock: Clock;
  log: Log;
}

export type Ack = 'queued' | 'recorded' | 'projected';
/** How long `ack=projected` waits; then the answer says that it is stored and not yet shown. */
export const PROJECTED_WITHIN_MS = 10_000;
const JSON_TYPE = 'application/json; charset=utf-8';

/** With `ack=queued` nobody counts them in time: a guess on the dear side of a typical reading. */
export const BYTES_A_READING = 50;

export const readingsIn = (value: ReadingsAnswer): number => value.accepted + value.duplicates + value.rejected.length;
/** Duplicates only is a success: everything sent is stored. */
export const isNoneAccepted = (value: ReadingsAnswer): boolean => value.accepted === 0 && value.duplicates === 0;

export function noneAccepted(value: ReadingsAnswer) {
  const first = value.rejected[0];
  const detail = first ? `${value.rejected.length} rejected; the first: ${first.message}` : 'Nothing was accepted.';
  return refuse('readings.none-accepted', detail, { ...value });
}

/** Takes the readings from the key's budget, and says what is left. */
export function chargeReadings(door: ReadingsDoor, { budget }: FastifyRequest, reply: FastifyReply, readings: number): void {
  if (!budget) return;
  budget.readings.charge(readings, door.clock());
  reply.header('ratelimit', door.admission.limits.header(budget, true));
}

export function sendJson(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply.code(status).header('content-type', JSON_TYPE).send(JSON.stringify(body));
}

export function bodyOf(request: FastifyRequest): Buffer {
  const body = request.body as Buffer | undefined;
  if (body === undefined || body.length === 0) throw refuse('request.malformed', 'The request has no body.');
  return body;
}

export function ackOf(request: FastifyRequest): Ack {
  const { ack = 'recorded' } = request.query as { ack?: unknown };
  if (ack === 'recorded' || ack === 'queued' || ack === 'projected') return ack;
  throw refuse('request.bad-parameter', 'ack is queued, recorded or projected.', { parameter: 'ack' });
}
