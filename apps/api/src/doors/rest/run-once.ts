/** A POST to a management route, done once for its Idempotency-Key, and answered with what it made. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject, Problem } from '#contracts';
import type { Mint } from '../../commands/shared/mint.js';
import { Once } from '../../commands/shared/once.js';
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

@Injectable()
export class RunOnce {
  constructor(@Inject(Once) private readonly once: Once) {}

  async answer({ request, reply, accountId, body, status, dress }: Made, make: (mint: Mint) => Promise<object>): Promise<FastifyReply> {
    const path = request.url.split('?')[0]!;
    const asked = {
      accountId,
      route: `POST ${path}`,
      key: idempotencyKeyOf(request.headers),
      correlationId: request.id,
      body: JSON.stringify(body),
    };
    const { outcome, mint } = await this.once.run(asked, async (it) => ({ status, body: (await make(it)) as JsonObject }));
    if (outcome.status >= 400) return replyWithProblem(reply, request, outcome.body as unknown as Problem);
    return reply.code(outcome.status).send(dress ? dress(outcome.body, mint, reply) : outcome.body);
  }
}
