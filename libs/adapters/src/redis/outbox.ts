/** What waits to be put into the stream: bounded, in order, a batch at a time. */
import type { LiveMessage } from '#ports';

/** A batch that Redis and its readers take in a moment. */
const BATCH_MESSAGES_MAX = 512;
const BATCH_WEIGHT_MAX = 256 * 1024;
/** Beyond it, everything waiting is let go and a gap is told: the log has it all. */
const WAITING_MESSAGES_MAX = 20_000;
const WAITING_WEIGHT_MAX = 8 * 1024 * 1024;

/** One entry of the stream. `n` counts those of one publisher, so that a reader knows when one is missing, or comes again. */
export interface Parcel {
  n: number;
  gap?: boolean;
  messages: LiveMessage[];
}

interface Waiting {
  message: LiveMessage;
  weight: number;
}

export class Outbox {
  dropped = 0;
  private waiting: Waiting[] = [];
  private weight = 0;
  private gapDue = false;
  private n = 0;

  get size(): number {
    return this.waiting.length;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0 && !this.gapDue;
  }

  push(messages: LiveMessage[]): void {
    for (const message of messages) {
      const weight = weightOf(message.data);
      this.waiting.push({ message, weight });
      this.weight += weight;
    }
    if (this.waiting.length > WAITING_MESSAGES_MAX || this.weight > WAITING_WEIGHT_MAX) this.letGo();
  }

  /** Told before whatever waits: what it stands for came earlier. */
  gap(): void {
    this.gapDue = true;
  }

  letGo(): void {
    this.dropped += this.waiting.length;
    this.waiting = [];
    this.weight = 0;
    this.gapDue = true;
  }

  /** Nothing where it is empty. */
  take(): Parcel | undefined {
    if (this.isEmpty) return undefined;
    const count = this.countOfBatch();
    const batch = this.waiting.splice(0, count);
    for (const { weight } of batch) this.weight -= weight;
    const parcel: Parcel = { n: ++this.n, ...(this.gapDue && { gap: true }), messages: batch.map(({ message }) => message) };
    this.gapDue = false;
    return parcel;
  }

  private countOfBatch(): number {
    let weight = 0;
    let count = 0;
    while (count < this.waiting.length && count < BATCH_MESSAGES_MAX && (count === 0 || weight < BATCH_WEIGHT_MAX))
      weight += this.waiting[count++]!.weight;
    return count;
  }
}

/** About as many bytes as it takes in JSON, without making the JSON: columns are looked at by their length. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (!Array.isArray(value)) return Object.entries(value).reduce((sum, [key, member]) => sum + key.length + 4 + weightOf(member), 2);
  if (typeof value[0] !== 'string' && typeof value[0] !== 'object') return 2 + value.length * 8;
  return value.reduce<number>((sum, member) => sum + 1 + weightOf(member), 2);
}
