/** `WorkQueue` within one process: several queue objects may share what waits. */
import type { JsonObject } from '#contracts';
import { WorkQueue, type WorkHandler } from '#ports';

/** An item that cannot be taken care of now is tried again, not at once. */
const AGAIN_AFTER_MS = 200;
/** Past it nobody takes anything, or far too slowly: those who do look elsewhere what there is to do. */
const WAITING_MAX = 10_000;

/** What waits, shared by the queues that are opened over it. */
export class MemoryWork {
  readonly waiting: JsonObject[] = [];
  readonly consumers = new Set<MemoryWorkQueue>();

  /** In the order of arrival, to whoever has a hand free. */
  dealOut(): void {
    for (const consumer of this.consumers) {
      while (this.waiting.length > 0 && consumer.isFree) {
        // To the end of the line, so that the next item goes to another.
        this.consumers.delete(consumer);
        this.consumers.add(consumer);
        consumer.take(this.waiting.shift()!);
      }
    }
  }
}

export class MemoryWorkQueue extends WorkQueue {
  private handler: WorkHandler | undefined;
  private atOnceMax = 0;
  private readonly inHand = new Set<JsonObject>();
  private closed = false;

  constructor(private readonly work: MemoryWork) {
    super();
  }

  get isFree(): boolean {
    return !this.closed && this.inHand.size < this.atOnceMax;
  }

  async send(item: JsonObject): Promise<void> {
    if (this.closed) throw new Error('the work queue is closed');
    if (this.work.waiting.length >= WAITING_MAX) throw new Error('too much work waits');
    this.work.waiting.push(structuredClone(item));
    this.work.dealOut();
  }

  async consume(atOnceMax: number, handler: WorkHandler): Promise<void> {
    this.atOnceMax = atOnceMax;
    this.handler = handler;
    this.work.consumers.add(this);
    this.work.dealOut();
  }

  take(item: JsonObject): void {
    this.inHand.add(item);
    void this.handle(item).finally(() => this.work.dealOut());
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.work.consumers.delete(this);
    this.work.waiting.unshift(...this.inHand);
    this.inHand.clear();
    this.work.dealOut();
  }

  private async handle(item: JsonObject): Promise<void> {
    try {
      await this.handler!(item);
      this.inHand.delete(item);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS).unref());
      if (this.inHand.delete(item)) this.work.waiting.push(item);
    }
  }
}

export function createMemoryWorkQueue(work = new MemoryWork()): MemoryWorkQueue {
  return new MemoryWorkQueue(work);
}
