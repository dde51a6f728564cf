/** The command queue with its spans: the same queue, whichever it is, with `queue publish` around what goes in and `queue consume` around
 *  what comes out. The context travels in the envelope. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { CommandQueue, type CommandHandler, type ParkedByQueue } from '#ports';
import { currentSpan, type Span, type Tracer } from './tracing.js';

/** The queue itself where tracing is off. */
export function traceCommandQueue<Q extends CommandQueue>(queue: Q, tracer: Tracer | undefined): CommandQueue {
  return tracer === undefined ? queue : new TracedCommandQueue(queue, tracer);
}

class TracedCommandQueue extends CommandQueue {
  constructor(
    private readonly queue: CommandQueue,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  /** Its span ends with the answer. */
  send(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.publish(command, (it) => this.queue.send(it));
  }

  /** Its span ends when the queue holds the command. */
  enqueue(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.publish(command, (it) => this.queue.enqueue(it));
  }

  consume(handler: CommandHandler): Promise<void> {
    return this.queue.consume((batch) => {
      const spans = batch.map((command) => this.consumed(command));
      const answers = handler(batch);
      spans.forEach((span, i) => span && endWith(span, answers[i]!));
      return answers;
    });
  }

  override drainParked(keep: (parked: ParkedByQueue) => Promise<void>): Promise<void> {
    return this.queue.drainParked(keep);
  }

  depth(): { commands: number; bytes: number } {
    return this.queue.depth();
  }

  override partitions(): number[] | undefined {
    return this.queue.partitions();
  }

  close(): Promise<void> {
    return this.queue.close();
  }

  private publish(command: CommandEnvelope, give: (command: CommandEnvelope) => Promise<CommandAnswer>): Promise<CommandAnswer> {
    const parent = command.traceparent ?? currentSpan.getStore()?.traceparent;
    // What no request asked for (a repair, a sweep) begins no trace.
    const span =
      parent === undefined ? undefined : this.tracer.start('queue publish', { kind: 'producer', parent, attributes: about(command) });
    if (!span) return give(command);
    const answer = give({ ...command, traceparent: span.traceparent });
    endWith(span, answer);
    return answer;
  }

  /** What the handler gets names this span as its parent. */
  private consumed(command: CommandEnvelope): Span | undefined {
    const parent = command.traceparent;
    if (parent === undefined) return undefined;
    const span = this.tracer.start('queue consume', { kind: 'consumer', parent, attributes: about(command) });
    if (span) command.traceparent = span.traceparent;
    return span;
  }
}

const about = ({ type, stream, correlationId, body }: CommandEnvelope) => ({
  'messaging.system': 'thingsio',
  'messaging.destination.name': 'commands',
  'messaging.message.body.size': body?.byteLength ?? 0,
  'thingsio.command': type,
  'thingsio.stream': stream,
  'thingsio.correlation_id': correlationId,
});

function endWith(span: Span, answer: Promise<CommandAnswer>): void {
  answer.then(
    (it) => {
      // A refusal is an answer; only what went wrong inside marks the span as failed.
      if (!it.ok) span.set({ 'thingsio.refusal': it.code });
      span.end(!it.ok && /^(defect|command|overload)/.test(it.code) ? it.message : undefined);
    },
    (error: unknown) => span.end(String(error)),
  );
}
