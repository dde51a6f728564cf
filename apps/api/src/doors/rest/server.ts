/** The Fastify instance under Nest: what holds for every route, raw or not. */
import { type IncomingMessage, maxHeaderSize, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, problem } from '#contracts';
import type { Readiness } from '../../operator/readiness.js';
import type { Log } from '../../tokens.js';
import { correlationIdOf } from './correlation.js';
import { MANAGEMENT_BODY_BYTES_MAX } from './json-body.js';
import { refuse } from './problem-error.js';
import { PROBLEM_TYPE, replyWithFailure } from './problem-reply.js';

/** `:` of a device id may arrive as `%3A`: 128 characters three times as long. */
const PARAM_CHARS_MAX = 400;
/** A body of 8 MiB over a slow mobile link; after that a slow sender is a held socket. */
const REQUEST_TIMEOUT_MS = 120_000;
/** For a broken request's answer to be read before its connection is closed. */
const LINGER_MS = 1_000;
/** Longer than the idle time of common proxies, so that it is they who close first. */
const KEEP_ALIVE_MS = 75_000;

export function createAdapter(log: Log, trustedProxies?: readonly string[]): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    trustProxy: trustedProxies ? [...trustedProxies] : false,
    skipMiddie: true,
    bodyLimit: MANAGEMENT_BODY_BYTES_MAX,
    genReqId: correlationIdOf,
    requestIdHeader: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Looked for below instead: Node's own answer to a request without it says nothing.
    http: { requireHostHeader: false },
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => void replyWithFailure(error, request, reply, log),
    clientErrorHandler: answerBrokenRequest,
  });
}

export function prepareServer(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', request.id);
    if (readiness.isStopping())
      done(refuse('overload.stopping', 'The service is stopping.', {}, { 'retry-after': '5', connection: 'close' }));
    else if (request.raw.headers.host === undefined && request.raw.httpVersion === '1.1')
      done(refuse('request.malformed', 'A request of HTTP/1.1 needs a Host header.', {}, { connection: 'close' }));
    else done();
  });
  fastify.server.on('checkExpectation', refuseExpectation);
  fastify.server.on('request', (request, response) => void answering.set(request.socket, response));
}

/** `Expect` with anything but `100-continue`, which Node answers by itself. */
function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify(problem('request.expectation-failed', 'Only 100-continue can be expected.'));
  response.writeHead(417, { 'content-type': PROBLEM_TYPE, 'content-length': Buffer.byteLength(body), connection: 'close' }).end(body);
}

/** What each connection is being answered. */
const answering = new WeakMap<Socket, ServerResponse>();

/** What is not HTTP, or broke off in the middle, before any route could see it. A request before it that came whole is answered first. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  const before = answering.get(socket);
  if (before?.req.complete && !before.writableFinished && !before.destroyed && socket.writable)
    before.once('close', () => breakOff(error, socket));
  else breakOff(error, socket);
}

function breakOff(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = BROKEN[error.code ?? ''] ?? ['request.malformed', 'The request is not complete, valid HTTP.'];
  const answer = problem(code, detail);
  const body = JSON.stringify(answer);
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Whoever neither reads nor closes it would hold what was taken for its request.
  const closing = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(closing));
}

const BROKEN: Record<string, [code: ErrorCode, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['request.headers-too-large', `The headers are larger than ${maxHeaderSize / 1024} KiB.`],
  ERR_HTTP_REQUEST_TIMEOUT: ['request.timeout', 'The request took too long to arrive.'],
};
