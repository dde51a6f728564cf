/** A command queue for specs: request streams are decided by the real decider, everything else is answered as the spec says. */
import { categoryOf, type CommandAnswer, type CommandEnvelope, type RecordedEvent, type RequestCommand } from '#contracts';
import { answerForRequest, requestDecider, type RequestState } from '#domain';
import { CommandQueue } from '#ports';

export type Answer = (envelope: CommandEnvelope) => CommandAnswer | Promise<CommandAnswer>;

export const done = (value: Record<string, unknown> = {}, position = 1): CommandAnswer => ({
  ok: true,
  position,
  revision: 0,
  value: value as never,
});

export class FakeQueue extends CommandQueue {
  readonly sent: CommandEnvelope[] = [];
  private readonly requests = new Map<string, RequestState>();

  constructor(private readonly answer: Answer = () => done()) {
    super();
  }

  async send(envelope: CommandEnvelope): Promise<CommandAnswer> {
    if (categoryOf(envelope.stream) === 'request') return this.decide(envelope);
    this.sent.push(envelope);
    return this.answer(envelope);
  }

  async enqueue(envelope: CommandEnvelope): Promise<CommandAnswer> {
    this.sent.push(envelope);
    const answer = await this.answer(envelope);
    return answer.ok ? done({}, 0) : answer;
  }

  async consume(): Promise<void> {}

  depth(): { commands: number; bytes: number } {
    return { commands: 0, bytes: 0 };
  }

  async close(): Promise<void> {}

  private decide(envelope: CommandEnvelope): CommandAnswer {
    const before = this.requests.get(envelope.stream) ?? requestDecider.initial;
    const { commandId, receivedAt: now } = envelope;
    const decision = requestDecider.decide(before, { command: envelope as unknown as RequestCommand, commandId, now });
    if (decision.kind === 'reject') return { ok: false, ...decision.rejection };
    const events = decision.kind === 'accept' ? decision.events : [];
    const state = events.reduce(
      (it, event, revision) => requestDecider.evolve(it, { event, commandId, recordedAt: now, revision }),
      before,
    );
    this.requests.set(envelope.stream, state);
    return done(answerForRequest(envelope, events as unknown as RecordedEvent[], state));
  }
}
