/** A log for tests that loses answers, lets intruders in, holds appends back, and counts. */
import { createMemoryEventLog } from '#adapters/memory';
import type { NewEvent, RecordedEvent } from '#contracts';
import {
  AppendTooLargeError,
  EventLog,
  LogFullError,
  UnknownOutcomeError,
  type AppendRequest,
  type AppendResult,
  type Follower,
  type Snapshot,
} from '#ports';

/** What happens to the next appends, one entry each; `pass` beyond. */
export type Fault = 'pass' | 'full' | 'lost-before' | 'lost-after' | 'intruder';

export class FaultyLog extends EventLog {
  readonly faults: Fault[] = [];
  appends: AppendRequest[] = [];
  reads = 0;
  readsAtOnceMax = 0;
  snapshotsFail = false;
  /** More in one append is too large. */
  eventsMax = Infinity;
  /** A read of a stream that is bounded by bytes stops at these. */
  pageBytesMax = Infinity;
  private readsNow = 0;
  private held: { stream: string; append: boolean; go: () => void }[] | undefined;
  private heldAnswers: (() => void)[] | undefined;
  private readonly inner = createMemoryEventLog();

  /** Appends and reads wait until `release`. */
  hold(): void {
    this.held = [];
  }
  /** Appends are written, their answers wait until `release`. */
  holdAnswers(): void {
    this.heldAnswers = [];
  }
  get holding(): number {
    return (this.held?.length ?? 0) + (this.heldAnswers?.length ?? 0);
  }
  release(): void {
    const waiting = [...(this.held ?? []).map(({ go }) => go), ...(this.heldAnswers ?? [])];
    this.held = undefined;
    this.heldAnswers = undefined;
    for (const go of waiting) go();
  }
  /** All but the appends of one stream; what comes waits again. */
  releaseExcept(stream: string): void {
    const waiting = this.held ?? [];
    this.held = waiting.filter((held) => held.append && held.stream === stream);
    for (const held of waiting) if (!this.held.includes(held)) held.go();
  }
  private waitForRelease(stream: string, append: boolean): Promise<void> {
    return new Promise<void>((go) => this.held?.push({ stream, append, go }));
  }
  /** The held answers never come: their thread is gone. */
  forgetAnswers(): void {
    this.heldAnswers = undefined;
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.appends.push(request);
    if (request.events.length > this.eventsMax) throw new AppendTooLargeError(`more than ${this.eventsMax} events`);
    const fault = this.faults.shift() ?? 'pass';
    if (this.held) await this.waitForRelease(request.stream, true);
    if (fault === 'full') throw new LogFullError('no room left');
    if (fault === 'lost-before') throw new UnknownOutcomeError('lost on the way there');
    if (fault === 'intruder') await this.intrude(request.stream, 100);
    const result = await this.inner.append(structuredClone(request));
    if (this.heldAnswers) await new Promise<void>((resolve) => this.heldAnswers?.push(resolve));
    if (fault === 'lost-after') throw new UnknownOutcomeError('lost on the way back');
    return result;
  }

  /** Someone else adds `amount` to a tally. */
  async intrude(stream: string, amount: number): Promise<void> {
    const events = await this.inner.readStream(stream, 0, 1_000_000);
    const before = events.reduce((total, event) => total + (event.data as unknown as { amount: number }).amount, 0);
    const intruder = {
      type: 'Added',
      eventVersion: 1,
      data: { amount, total: before + amount },
      metadata: {
        eventId: `intruder-${stream}-${events.length}`,
        commandId: `intruder-${events.length}`,
        accountId: 'a1',
        correlationId: 'intruder',
        recordedAt: Date.now(),
        actor: 'intruder/0',
        writerEpoch: 'intruder',
        part: [0, 1],
      },
    } as unknown as NewEvent;
    await this.inner.append({ stream, expectedRevision: events.length - 1, events: [intruder] });
  }

  async readStream(stream: string, fromRevision: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]> {
    this.reads++;
    this.readsAtOnceMax = Math.max(this.readsAtOnceMax, ++this.readsNow);
    if (this.held) await this.waitForRelease(stream, false);
    try {
      return await this.inner.readStream(stream, fromRevision, limit, bytesMax && Math.min(bytesMax, this.pageBytesMax));
    } finally {
      this.readsNow--;
    }
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    if (this.snapshotsFail) throw new Error('no space left');
    await this.inner.saveSnapshot(snapshot);
  }
  loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    return this.inner.loadSnapshot(stream);
  }
  readAll(afterPosition: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]> {
    return this.inner.readAll(afterPosition, limit, bytesMax);
  }
  head(): Promise<number> {
    return this.inner.head();
  }
  follow(afterPosition: number, options: { batchMax: number }, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    return this.inner.follow(afterPosition, options, handle);
  }
  /** The runtime closes its log; the test still looks into it. */
  async close(): Promise<void> {}
}
