/** Bodies being taken in and not yet answered, in bytes that have come: many slow senders of large bodies must not fill the memory before the
 *  queue can say no. An account has a share of it, so that one cannot shut the door for the others. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse, type ProblemError } from './problem-error.js';

declare module 'fastify' {
  interface FastifyRequest {
    held?: Held;
  }
}

const SHARES = 2;

/** What one request holds. */
export interface Held {
  /** Of a body, as it comes; false where there is no room for it, and nothing is held for it any more. */
  take(bytes: number): boolean;
}

export class InFlight {
  private bytes = 0;
  private readonly ofAccounts = new Map<string, number>();

  constructor(private readonly bytesMax: number) {}

  /** Throws 503 where there is no room for the declared length by now; lets go when the answer is sent or the client is gone. */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    const declared = Number(request.headers['content-length']);
    if (this.bytes > 0 && this.bytes + (Number.isFinite(declared) ? declared : 0) > this.bytesMax) throw full();
    let held = 0;
    let accountId: string | undefined;
    const letGo = (): void => {
      this.bytes -= held;
      if (accountId !== undefined) this.add(accountId, -held);
      held = 0;
    };
    request.held = {
      take: (bytes) => {
        accountId ??= request.credential?.accountId ?? '';
        const own = this.ofAccounts.get(accountId) ?? 0;
        const first = own === held;
        if ((this.bytes > held && this.bytes + bytes > this.bytesMax) || (!first && own + bytes > this.bytesMax / SHARES)) {
          letGo();
          return false;
        }
        held += bytes;
        this.bytes += bytes;
        this.add(accountId, bytes);
        return true;
      },
    };
    reply.raw.on('close', letGo);
  }

  private add(accountId: string, bytes: number): void {
    const own = (this.ofAccounts.get(accountId) ?? 0) + bytes;
    if (own > 0) this.ofAccounts.set(accountId, own);
    else this.ofAccounts.delete(accountId);
  }
}

export const full = (): ProblemError => refuse('overload.queue-full', 'Too many bytes are on their way in.', {}, { 'retry-after': '1' });
