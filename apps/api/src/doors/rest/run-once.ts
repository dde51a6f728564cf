/** A write to a management route, done once for its Idempotency-Key, and answered with what it made. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject, Problem } from '#contracts';
import type { Mint } from '../../commands/shared/mint.js';
import { Once } from '../../commands/shared/once.js';
import { type Edited, tagEdited } from './etag.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { replyWithProblem } from './problem-reply.js';

export interface Made {
  request: FastifyRequest;
  reply: FastifyReply;
  accountId: string;
  body: object;
  /** Status of success. */
  status: number;
  /** Headers and members that are not kept with the answer: secrets, above all. */
  dress?: (body: JsonObject, mint: Mint, reply: FastifyReply) => JsonObject;
}

type Edit = Pick<Made, 'request' | 'reply' | 'accountId' | 'body'>;

@Injectable()
export class RunOnce {
  constructor(@Inject(Once) private readonly once: Once) {}

  /** What `make` resolves to is the body of the answer; with the status 204 there is none. */
  async answer(
    { request, reply, accountId, body, status, dress }: Made,
    make: (mint: Mint) => Promise<object | void>,
  ): Promise<FastifyReply> {
    const path = request.url.split('?')[0]!;
    const asked = {
      accountId,
      route: `${request.method} ${path}`,
      key: idempotencyKeyOf(request.headers),
      correlationId: request.id,
      body: JSON.stringify(body),
    };
    const { outcome, mint } = await this.once.run(asked, async (it) => ({ status, body: ((await make(it)) ?? {}) as JsonObject }));
    if (outcome.status >= 400) return replyWithProblem(reply, request, outcome.body as unknown as Problem);
    if (outcome.status === 204) return reply.code(204).send();
    return reply.code(outcome.status).send(dress ? dress(outcome.body, mint, reply) : outcome.body);
  }

  /** An edit under `If-Match`, which belongs to what was asked; answered with the `ETag` of what it made. */
  edit<V extends object>(
    { request, body, ...made }: Edit,
    make: (mint: Mint) => Promise<Edited<V>>,
    withSecrets: (view: V, mint: Mint) => V = (view) => view,
  ): Promise<FastifyReply> {
    const asked = { ...body, ...ifMatch(request) };
    const dress = (kept: JsonObject, mint: Mint, reply: FastifyReply) => {
      const { view, revision } = kept as unknown as Edited<V>;
      return tagEdited(reply, { view: withSecrets(view, mint), revision }) as JsonObject;
    };
    return this.answer({ ...made, request, body: asked, status: 200, dress }, make);
  }

  /** A removal, answered with 204. */
  end({ request, ...made }: Omit<Edit, 'body'>, make: (mint: Mint) => Promise<void>): Promise<FastifyReply> {
    return this.answer({ ...made, request, body: ifMatch(request), status: 204 }, make);
  }
}

const ifMatch = ({ headers }: FastifyRequest): { ifMatch?: string } =>
  headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] };
