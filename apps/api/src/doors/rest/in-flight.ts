/** Bodies being taken in, in bytes: many slow senders of large bodies must not fill the memory before the queue can say no. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './problem-error.js';

/** Counted for a body whose length is not declared. */
const UNDECLARED_BYTES = 64 * 1024;

export class InFlight {
  private bytes = 0;

  constructor(private readonly bytesMax: number) {}

  /** Refuses with 503 where the bound is reached; lets go when the answer is sent or the client is gone. */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    const declared = Number(request.headers['content-length']);
    const bytes = Number.isFinite(declared) ? declared : UNDECLARED_BYTES;
    if (this.bytes > 0 && this.bytes + bytes > this.bytesMax) {
      throw refuse('overload.queue-full', 'Too many bytes are on their way in.', {}, { 'retry-after': '1' });
    }
    this.bytes += bytes;
    reply.raw.on('close', () => {
      this.bytes -= bytes;
    });
  }
}
