/** Answers on their way back to the senders: those of one tick to one sender in one message. */
import type { CommandAnswer } from '#contracts';
import { encodeAnswers } from './message.js';
import type { Outbound } from './outbound.js';

/** One message holds at most this many, so that the first is read while the next is under way. */
const ANSWERS_A_MESSAGE = 512;

interface Batch {
  answers: (string | CommandAnswer)[];
  sent: (() => void)[];
}

export class Replies {
  count = 0;
  private batches = new Map<string, Batch>();

  constructor(private readonly outbound: Outbound) {}

  /** `sent` is called when the broker has it: only then may its command be acknowledged. */
  add(replyTo: string, ticket: string, answer: CommandAnswer, sent: () => void): void {
    if (this.batches.size === 0) setImmediate(() => this.flush());
    let batch = this.batches.get(replyTo);
    if (!batch) this.batches.set(replyTo, (batch = { answers: [], sent: [] }));
    batch.answers.push(ticket, answer);
    batch.sent.push(sent);
    this.count++;
    if (batch.sent.length < ANSWERS_A_MESSAGE) return;
    this.batches.delete(replyTo);
    this.send(replyTo, batch);
  }

  private flush(): void {
    const { batches } = this;
    this.batches = new Map();
    for (const [replyTo, batch] of batches) this.send(replyTo, batch);
  }

  private send(replyTo: string, { answers, sent }: Batch): void {
    const { outbound } = this;
    let told = false;
    const confirmed = (): void => {
      if (told) return;
      told = true;
      for (const each of sent) each();
    };
    outbound.post({ exchange: '', routingKey: replyTo, content: encodeAnswers(answers), options: {}, confirmed });
    // A broker that is short of memory must get rid of commands, not wait for answers that it does not read.
    if (outbound.isBlocked) confirmed();
  }
}
