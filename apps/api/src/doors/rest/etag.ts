/** `ETag`, `If-Match` and `If-None-Match` on what can be edited. The tag is the revision it was last described at. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './problem-error.js';

export const tagOf = (revision: number): string => `"${revision}"`;

/** The revision the client expects; undefined where it expects none, or any (`*`). Throws 412 for a tag that is not ours. */
export function expectedRevision(
  request: FastifyRequest,
  code: 'device.changed-meanwhile' | 'schema.changed-meanwhile' | 'alert-rule.changed-meanwhile',
): number | undefined {
  const header = request.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const revision = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (revision === undefined) throw refuse(code, `If-Match ${header.slice(0, 60)} is not an ETag that was given here.`);
  return Number(revision);
}

/** Answers 304 where the client has this already. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, revision: number, body: object): FastifyReply {
  const tag = tagOf(revision);
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const known = request.headers['if-none-match'];
  const isKnown =
    request.method === 'GET' &&
    known !== undefined &&
    known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*');
  return isKnown ? reply.code(304).send() : reply.code(200).send(body);
}
