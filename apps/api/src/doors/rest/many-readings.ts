/** `POST /api/v1/readings`: one request for many devices, split here and decided by each device on its own. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type CommandAnswer,
  DEVICE_ID,
  deviceStream,
  type JsonObject,
  type Problem,
  type ReadingsAnswer,
  type ReceiveReadings,
  type CommandEnvelope,
} from '#contracts';
import type { Mint } from '../../commands/shared/mint.js';
import type { Outcome } from '../../commands/shared/once.js';
import { decompress } from './bodies/decompress.js';
import { type DevicePart, splitByDevice } from './bodies/many-devices.js';
import { encodingOf, formatOf, MANY_DEVICES_TYPES } from './bodies/reading-format.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { ProblemError, refusalOf, refuse } from './problem-error.js';
import { replyWithProblem } from './problem-reply.js';
import {
  type Ack,
  ackOf,
  bodyOf,
  BYTES_A_READING,
  chargeReadings,
  isNoneAccepted,
  PROJECTED_WITHIN_MS,
  readingsIn,
  type ReadingsDoor,
  sendJson,
} from './readings-answer.js';

export async function receiveForMany(door: ReadingsDoor, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const ack = ackOf(request);
  const key = idempotencyKeyOf(request.headers);
  const sent = bodyOf(request);
  const format = formatOf(request.headers['content-type'], MANY_DEVICES_TYPES);
  const encoding = encodingOf(request.headers['content-encoding']);
  const { bodyBytesMax, readingsPerRequestMax } = door.settings.limits;
  const body = encoding === 'identity' ? sent : await decompress(sent, encoding, bodyBytesMax);
  const parts = splitByDevice(body, format, readingsPerRequestMax);
  const { accountId } = request.credential!;
  const asked = {
    accountId,
    route: 'POST /api/v1/readings',
    key,
    correlationId: request.id,
    body: Buffer.concat([Buffer.from(`${format}\n`), body]),
  };
  const { outcome } = await door.once.run(asked, (mint) => tellAll(door, { request, reply, mint, parts, ack, keyed: key !== undefined }));
  if (outcome.status >= 400) return replyWithProblem(reply, request, outcome.body as unknown as Problem);
  return sendJson(reply, outcome.status, outcome.body);
}

interface Many {
  request: FastifyRequest;
  reply: FastifyReply;
  mint: Mint;
  parts: Map<string, DevicePart>;
  ack: Ack;
  keyed: boolean;
}

/** What became of one device's part: decided (perhaps all of it rejected), or refused as a whole. */
type Verdict = { deviceId: string; answer: JsonObject; position: number; stored: boolean } | { deviceId: string; error: Problem };

async function tellAll(door: ReadingsDoor, many: Many): Promise<Outcome> {
  const verdicts = await Promise.all([...many.parts].map(([deviceId, part]) => tellOne(door, many, deviceId, part)));
  const devices: JsonObject = {};
  for (const verdict of verdicts) {
    // Not by assignment: a device may be called __proto__.
    const value = 'error' in verdict ? { error: verdict.error as unknown as JsonObject } : verdict.answer;
    Object.defineProperty(devices, verdict.deviceId, { value, enumerable: true, configurable: true, writable: true });
  }
  if (!verdicts.some((verdict) => 'answer' in verdict && verdict.stored)) throw allRefused(verdicts, devices);
  if (many.ack === 'queued') return { status: 202, body: { devices } };
  const shown = many.ack !== 'projected' || (await allShown(door, many.request.credential!.accountId, verdicts));
  return shown ? { status: 200, body: { devices } } : { status: 202, body: { devices, projected: false } };
}

async function allShown({ progress }: ReadingsDoor, accountId: string, verdicts: Verdict[]): Promise<boolean> {
  const shown = verdicts.map(
    (verdict) =>
      'error' in verdict ||
      progress.until(verdict.position, deviceStream(accountId, verdict.deviceId), 'views and series', PROJECTED_WITHIN_MS),
  );
  return (await Promise.all(shown)).every((one) => one);
}

async function tellOne(door: ReadingsDoor, many: Many, deviceId: string, part: DevicePart): Promise<Verdict> {
  const { request, reply, mint, ack, keyed } = many;
  const { accountId, deviceIds } = request.credential!;
  if (!DEVICE_ID.test(deviceId)) return { deviceId, error: refuse('device.unknown', 'No device can have this id.').problem() };
  if (deviceIds && !deviceIds.has(deviceId))
    return { deviceId, error: refuse('auth.other-device', `This key is not bound to ${deviceId}.`).problem() };
  const envelope: CommandEnvelope<ReceiveReadings> = {
    type: 'ReceiveReadings',
    stream: deviceStream(accountId, deviceId),
    data: { deviceId, format: part.format },
    commandId: keyed ? mint.commandId(`readings ${deviceId}`) : randomUUID(),
    accountId,
    correlationId: request.id,
    receivedAt: door.clock(),
    body: part.body,
  };
  if (keyed) envelope.bodyHash = mint.bodyHash!;
  if (ack === 'queued') {
    const missing = await whyMissing(door, accountId, deviceId);
    if (missing) return { deviceId, error: missing };
  }
  const answer = ack === 'queued' ? await door.queue.enqueue(envelope) : await door.queue.send(envelope);
  chargeReadings(door, request, reply, countOf(answer, part, ack));
  return verdictOf(deviceId, answer, ack);
}

/** Nobody hears what a device decides of queued readings: what no device would ever take is refused here. */
async function whyMissing(door: ReadingsDoor, accountId: string, deviceId: string): Promise<Problem | undefined> {
  try {
    await door.devices.find(accountId, deviceId);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem();
    throw error;
  }
}

function countOf(answer: CommandAnswer, part: DevicePart, ack: Ack): number {
  if (ack === 'queued' && answer.ok) return Math.max(part.readings, Math.ceil(part.body.length / (BYTES_A_READING * 10)));
  return answer.ok ? readingsIn(answer.value as ReadingsAnswer) : 1;
}

function verdictOf(deviceId: string, answer: CommandAnswer, ack: Ack): Verdict {
  if (!answer.ok) return { deviceId, error: refusalOf(answer).problem() };
  if (ack === 'queued') return { deviceId, answer: { queued: true }, position: 0, stored: true };
  const { accepted, duplicates, rejected, position } = answer.value as ReadingsAnswer;
  const stored = !isNoneAccepted(answer.value as ReadingsAnswer);
  return { deviceId, answer: { accepted, duplicates, rejected, position } as JsonObject, position: answer.position, stored };
}

/** One status where all were refused alike (unknown devices: 404; overload: 503), else 422. */
function allRefused(verdicts: Verdict[], devices: JsonObject) {
  const [first] = verdicts.flatMap((verdict) => ('error' in verdict ? [verdict.error] : []));
  const alike = first && verdicts.every((verdict) => 'error' in verdict && verdict.error.status === first.status);
  if (!alike) return refuse('readings.none-accepted', `None of ${verdicts.length} devices accepted a reading.`, { devices });
  const retry: Record<string, string> = first.status === 429 || first.status === 503 ? { 'retry-after': '1' } : {};
  return refuse(
    first.code as 'device.unknown',
    `None of ${verdicts.length} devices took its readings; the first: ${first.detail}`,
    { devices },
    retry,
  );
}
