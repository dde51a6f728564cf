/** Reads the JSON bodies of management routes. Field names like `__proto__` survive, so that the schema's own check names them. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { hasMoreNames, MEMBER_NAMES_MAX } from '#contracts';
import { refuse } from './problem-error.js';

/** Deeper than any schema, far from the stack's end. */
const DEPTH_MAX = 32;
/** A schema of 1,000 fields with labels is a tenth of this; the domain allows a million characters. */
export const MANAGEMENT_BODY_BYTES_MAX = 2 * 1024 * 1024;

export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/(json|[\w.+-]+\+json)(;|$)/i, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : wholeCharacters(parseJson(body as Buffer, DEPTH_MAX), body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Throws `ProblemError` for what is not UTF-8, not JSON, nested too deeply, or little but names. */
export function parseJson(body: Buffer, depthMax: number): unknown {
  if (!isUtf8(body)) throw refuse('request.bad-encoding', 'The body is not valid UTF-8.');
  refuseManyNames(body);
  if (depthOf(body) > depthMax) throw refuse('request.too-deep', `The JSON is nested deeper than ${depthMax} levels.`);
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw refuse('request.bad-json', (error as Error).message);
  }
}

/** In what `JSON.stringify` gives, which escapes it; a backslash before it is one of the text. */
const HALF_OF_A_PAIR = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** JSON can say half of a surrogate pair, UTF-8 cannot: names would be kept as something else than what was sent. */
function wholeCharacters(parsed: unknown, body: Buffer): unknown {
  if (body.includes('\\u') && HALF_OF_A_PAIR.test(JSON.stringify(parsed)))
    throw refuse('request.bad-encoding', 'The JSON holds half of a surrogate pair, as in "\\ud83d": that is no character.');
  return parsed;
}

export function refuseManyNames(body: Buffer): void {
  if (hasMoreNames(body)) throw refuse('request.too-many-names', `The JSON has more than ${MEMBER_NAMES_MAX} different member names.`);
}

/** Deepest nesting of objects and arrays, brackets in strings not counted. */
export function depthOf(body: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x22) at = endOfString(body, at);
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

/** Index of the closing quote of the string that opens at `at`; the end of the body where there is none. */
export function endOfString(body: Uint8Array, at: number): number {
  for (let next = at + 1; next < body.length; next++) {
    if (body[next] === 0x5c) next++;
    else if (body[next] === 0x22) return next;
  }
  return body.length;
}
