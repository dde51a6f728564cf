/** Step 1 of the journey: readings come in. These two routes sit on the raw Fastify instance, because Nest's adapter would cost
 *  more than all the rest of this thread's work; the body is not looked at here, only passed on. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type CommandAnswer, type CommandEnvelope, DEVICE_ID, deviceStream, type ReadingsAnswer, type ReceiveReadings } from '#contracts';
import { decompress } from './bodies/decompress.js';
import { readBody } from './bodies/read-body.js';
import { encodingOf, formatOf, READING_TYPES } from './bodies/reading-format.js';
import { bodyHashOf, commandIdOf, idempotencyKeyOf } from './idempotency-key.js';
import { InFlight } from './in-flight.js';
import { receiveForMany } from './many-readings.js';
import { refusalOf, refuse } from './problem-error.js';
import { replyWithFailure } from './problem-reply.js';
import {
  ackOf,
  bodyOf,
  BYTES_A_READING,
  chargeReadings,
  isNoneAccepted,
  noneAccepted,
  PROJECTED_WITHIN_MS,
  readingsIn,
  type ReadingsDoor,
  sendJson,
} from './readings-answer.js';

export function openReadingsDoor(fastify: FastifyInstance, door: ReadingsDoor): void {
  const inFlight = new InFlight(door.settings.limits.inFlightBytesMax);
  const needs = { scope: 'write', readings: true, reach: 'device' } as const;
  fastify.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    // By name, since Fastify takes a type that only `*` fits apart for each request.
    scope.addContentTypeParser([...READING_TYPES, '*'], (request, payload, done) =>
      readBody(payload as FastifyRequest['raw'], { bytesMax: door.settings.limits.bodyBytesMax, held: request.held! }, done),
    );
    scope.setErrorHandler((error, request, reply) => replyWithFailure(error, request, reply, door.log, READING_TYPES));
    scope.addHook('onRequest', (request, reply, done) => {
      try {
        inFlight.enter(request, reply);
        const looking = door.admission.admit(request, reply, needs);
        if (looking) looking.then(() => done(), done);
        else done();
      } catch (error) {
        done(error as Error);
      }
    });
    scope.post<OneDevice>('/api/v1/devices/:id/readings', (request, reply) => receiveForOne(door, request, reply));
    scope.post('/api/v1/readings', (request, reply) => receiveForMany(door, request, reply));
    registered();
  });
}

interface OneDevice {
  Params: { id: string };
}

/** Resolves when it has replied. Not with the reply, which is thenable: that would take as many turns as all the rest of the way back. */
async function receiveForOne(door: ReadingsDoor, request: FastifyRequest<OneDevice>, reply: FastifyReply): Promise<void> {
  const ack = ackOf(request);
  const { id } = request.params;
  if (!DEVICE_ID.test(id)) throw refuse('device.unknown', 'No device can have this id.');
  const key = idempotencyKeyOf(request.headers);
  const sent = bodyOf(request);
  const format = formatOf(request.headers['content-type']);
  const encoding = encodingOf(request.headers['content-encoding']);
  const body = encoding === 'identity' ? sent : await decompress(sent, encoding, door.settings.limits.bodyBytesMax);
  const { accountId } = request.credential!;
  const envelope: CommandEnvelope<ReceiveReadings> = {
    type: 'ReceiveReadings',
    stream: deviceStream(accountId, id),
    data: { deviceId: id, format },
    commandId: key === undefined ? randomUUID() : commandIdOf(accountId, `POST /api/v1/devices/${id}/readings`, key),
    accountId,
    correlationId: request.id,
    receivedAt: door.clock(),
    body,
  };
  if (key !== undefined) envelope.bodyHash = bodyHashOf(format, body);
  if (ack === 'queued') {
    // Nobody hears what the device decides: what no device would ever take is refused here.
    await door.devices.find(accountId, id);
    refusedOrQueued(await door.queue.enqueue(envelope));
    chargeReadings(door, request, reply, Math.ceil(body.length / BYTES_A_READING));
    sendJson(reply, 202, { deviceId: id, queued: true });
    return;
  }
  const answer = await door.queue.send(envelope);
  if (!answer.ok) {
    chargeReadings(door, request, reply, 1);
    throw refusalOf(answer);
  }
  const value = answer.value as ReadingsAnswer;
  chargeReadings(door, request, reply, readingsIn(value));
  const shown =
    ack !== 'projected' || (await door.progress.until(answer.position, envelope.stream, 'views and series', PROJECTED_WITHIN_MS));
  if (isNoneAccepted(value)) throw noneAccepted(value);
  if (shown) sendJson(reply, 200, value);
  else sendJson(reply, 202, { ...value, projected: false });
}

function refusedOrQueued(answer: CommandAnswer): void {
  if (!answer.ok) throw refusalOf(answer);
}
