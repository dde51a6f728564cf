/** Turns whatever was thrown into `application/problem+json`: the only place where a failure becomes an HTTP answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problem } from '#contracts';
import { SeriesStoreError, StoreUnavailableError } from '#ports';
import type { Log } from '../../tokens.js';
import { ProblemError, refusalOf } from './problem-error.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

interface Failure {
  problem: Problem;
  headers: Record<string, string>;
}

/** What can be wrong before a handler runs, by Fastify's codes. */
const BEFORE_THE_HANDLER: Record<string, (error: Error, accepted: string[]) => Failure> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (error) => plain('request.too-large', 'The body is larger than the limit.', limitOf(error)),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_error, accepted) =>
    plain('request.unsupported-media-type', 'The Content-Type is missing or not understood here.', { accepted }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => plain('request.malformed', 'The body is not as long as Content-Length says.'),
  FST_ERR_BAD_URL: () => plain('request.malformed', 'The path of the URL cannot be decoded.'),
  FST_ERR_MAX_PARAM_LENGTH: () => plain('route.not-found', 'The path is longer than any there is.'),
  FST_ERR_ASYNC_CONSTRAINT: () => plain('request.malformed', 'The request cannot be routed.'),
  ECONNRESET: () => plain('request.cancelled', 'The connection was closed before the body was complete.'),
  ECONNABORTED: () => plain('request.cancelled', 'The connection was closed before the body was complete.'),
};

/** Nest keeps of Fastify's errors only the status. */
const BY_STATUS: Record<number, (error: Error, accepted: string[]) => Failure> = {
  408: () => plain('request.timeout', 'The request took too long to arrive.'),
  413: BEFORE_THE_HANDLER['FST_ERR_CTP_BODY_TOO_LARGE']!,
  415: BEFORE_THE_HANDLER['FST_ERR_CTP_INVALID_MEDIA_TYPE']!,
};

function plain(code: string, detail: string, members?: Record<string, unknown>): Failure {
  return { problem: problem(code, detail, members), headers: {} };
}
const limitOf = (error: Error & { limit?: number }) => (error.limit === undefined ? {} : { limit: error.limit });

export function failureOf(error: unknown, accepted: string[] = ['application/json']): Failure {
  if (error instanceof ProblemError) return { problem: error.problem(), headers: error.headers };
  if (error instanceof SeriesStoreError && error.code !== 'defect')
    return failureOf(refusalOf({ ok: false, code: error.code, message: error.message }));
  const known = error as Error & { code?: string; statusCode?: number };
  const row = typeof known?.code === 'string' ? BEFORE_THE_HANDLER[known.code] : undefined;
  if (row) return row(known, accepted);
  const byStatus = BY_STATUS[known?.statusCode ?? 0];
  if (byStatus) return byStatus(known, accepted);
  if (known?.statusCode && known.statusCode >= 400 && known.statusCode < 500) return plain('request.malformed', known.message);
  return plain('defect', 'An unexpected error; it is in the log under this correlation id.');
}

/** Passes by itself, and is no defect. Whoever only reads has changed nothing; of anything else it is not known how far it came. */
function viewsAway({ method }: FastifyRequest): ProblemError {
  const reads = method === 'GET' || method === 'HEAD';
  const message = 'The views cannot be reached at the moment.';
  return refusalOf({ ok: false, code: reads ? 'overload.unavailable' : 'overload.timeout', message });
}

/** Answers with what went wrong; a defect also goes to the log, never to the client. */
export function replyWithFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
  accepted?: string[],
): FastifyReply {
  const failure = failureOf(error instanceof StoreUnavailableError ? viewsAway(request) : error, accepted);
  if (failure.problem.code === 'defect') {
    log.error(
      { correlationId: request.id, error: (error as Error)?.stack ?? String(error), route: `${request.method} ${request.url}` },
      'a request failed',
    );
  }
  return replyWithProblem(reply, request, failure.problem, failure.headers);
}

export function replyWithProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  body: Problem,
  headers: Record<string, string> = {},
): FastifyReply {
  if (body.status === 401) reply.header('www-authenticate', 'Bearer realm="thingsIO"');
  return reply
    .code(body.status)
    .headers(headers)
    .header('content-type', PROBLEM_TYPE)
    .serializer(String)
    .send(JSON.stringify({ ...body, instance: request.url.split('?')[0], correlationId: request.id }));
}
