/** Requests with an Idempotency-Key that touch several entities or make secrets: done once, answered every time. A claim in the
 *  log comes before the work and the answer after it; whoever finds a claim without an answer (a crash lay between) does the
 *  work again with the same ids, which changes nothing that was done. */
import { createHmac, hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { adviceFor, type CommandAccepted, type CommandEnvelope, type JsonObject, type RequestCommand, requestStream } from '#contracts';
import type { RequestKnown } from '#domain';
import { CommandQueue } from '#ports';
import { accepted, ProblemError, refuse } from '../../doors/rest/problem-error.js';
import { CLOCK, type Clock, SECRET } from '../../tokens.js';
import { Mint } from './mint.js';

export interface OnceRequest {
  accountId: string;
  /** Method and concrete path: a key belongs to one route. */
  route: string;
  key: string | undefined;
  correlationId: string;
  /** What was asked, as text or bytes: a retry must ask the same. */
  body: string | Uint8Array;
}

/** `body` never holds a secret: it is kept in the log. */
export interface Outcome {
  status: number;
  body: JsonObject;
}

interface UnderWay {
  bodyHash: string;
  outcome: Promise<Outcome>;
}

@Injectable()
export class Once {
  /** Of this process: twenty at once do the work once. */
  private readonly underWay = new Map<string, UnderWay>();

  constructor(
    @Inject(CommandQueue) private readonly queue: CommandQueue,
    @Inject(SECRET) private readonly secret: Buffer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Runs `work` and gives what it made; with a key, gives the first outcome again. The mint is the same for a retry. */
  async run(request: OnceRequest, work: (mint: Mint) => Promise<Outcome>): Promise<{ outcome: Outcome; mint: Mint }> {
    if (request.key === undefined) {
      const mint = Mint.random();
      return { outcome: await work(mint), mint };
    }
    const stream = requestStream(request.accountId, hash('sha256', `${request.route}\n${request.key}`, 'hex'));
    // Bodies hold passwords: a plain hash in the log could be searched for them.
    const bodyHash = createHmac('sha256', this.secret).update('body\n').update(request.body).digest('hex');
    const mint = Mint.keyed(this.secret, stream, bodyHash);
    return { outcome: await this.shared(stream, bodyHash, () => this.once(request, stream, mint, work)), mint };
  }

  private shared(stream: string, bodyHash: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const running = this.underWay.get(stream);
    if (running) return running.bodyHash === bodyHash ? running.outcome : Promise.reject(keyReused());
    const outcome = work().finally(() => this.underWay.delete(stream));
    this.underWay.set(stream, { bodyHash, outcome });
    return outcome;
  }

  private async once(request: OnceRequest, stream: string, mint: Mint, work: (mint: Mint) => Promise<Outcome>): Promise<Outcome> {
    const bodyHash = mint.bodyHash!;
    const claimed = await this.send(request, stream, mint, { type: 'ClaimRequest', data: { bodyHash } });
    const before = answerIn(claimed);
    if (before) return before;
    const outcome = await work(mint).catch(asOutcome);
    const answered = await this.send(request, stream, mint, { type: 'AnswerRequest', data: { ...outcome } });
    return answerIn(answered) ?? outcome;
  }

  private async send(request: OnceRequest, stream: string, mint: Mint, command: RequestCommand): Promise<CommandAccepted> {
    const envelope: CommandEnvelope<RequestCommand> = {
      ...command,
      stream,
      commandId: mint.commandId(command.type),
      accountId: request.accountId,
      correlationId: request.correlationId,
      receivedAt: this.clock(),
    };
    return accepted(await this.queue.send(envelope));
  }
}

/** A refusal that would be the same next time is an answer like any other; one that may pass is not kept. */
function asOutcome(error: unknown): Outcome {
  if (!(error instanceof ProblemError)) throw error;
  const { status } = adviceFor(error.code);
  if (status >= 500 || status === 429 || status === 401) throw error;
  return { status, body: error.problem() as unknown as JsonObject };
}

function answerIn({ value }: CommandAccepted): Outcome | undefined {
  return (value as unknown as RequestKnown).answer as Outcome | undefined;
}

const keyReused = () => refuse('idempotency.key-reused', 'This Idempotency-Key was used with another body; nothing was stored.');
