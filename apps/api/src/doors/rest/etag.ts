/** `ETag`, `If-Match` and `If-None-Match` on what can be edited. The tag is the revision it was last described at. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './problem-error.js';

export const tagOf = (revision: number): string => `"${revision}"`;

/** The revision the client expects; undefined where it expects none, or any (`*`). Of a list only the newest can still be true. Throws 412
 *  where no tag is ours. */
export function expectedRevision(
  request: FastifyRequest,
  code: 'device.changed-meanwhile' | 'schema.changed-meanwhile' | 'alert-rule.changed-meanwhile',
): number | undefined {
  const header = request.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const revisions = header.split(',').flatMap((one) => /^"(\d{1,15})"$/.exec(one.trim())?.[1] ?? []);
  if (revisions.length === 0) throw refuse(code, `If-Match ${header.slice(0, 60)} is not an ETag that was given here.`);
  return Math.max(...revisions.map(Number));
}

/** What an edit was answered with, as it is kept for a retry. */
export interface Edited<V extends object = object> {
  view: V;
  revision: number;
}

/** Tags the answer to an edit. */
export function tagEdited(reply: FastifyReply, { view, revision }: Edited): object {
  reply.header('etag', tagOf(revision)).header('cache-control', 'private, no-cache');
  return view;
}

/** Answers 304 where the client has this already. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, revision: number, body: object): FastifyReply {
  const tag = tagOf(revision);
  tagEdited(reply, { view: body, revision });
  const known = request.headers['if-none-match'];
  const isKnown =
    request.method === 'GET' &&
    known !== undefined &&
    known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*');
  return isKnown ? reply.code(304).send() : reply.code(200).send(body);
}
