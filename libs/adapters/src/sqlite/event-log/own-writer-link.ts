/** The way to a writer on the same thread: nothing is sent, and nothing copied. */
import { LogClosedError, UnknownOutcomeError, type AppendRequest, type AppendResult, type Snapshot } from '#ports';
import { encodeFrames, serialise } from './event-frame.js';
import type { LogJob, LogOutcome } from './log-writer.js';
import { noRoom } from './no-room.js';
import type { OwnWriter } from './own-writer.js';

export class OwnWriterLink {
  readonly #writer: OwnWriter;
  readonly #onHead: (head: number) => void;
  readonly #unwatch: () => void;
  readonly #pending = new Set<(error: Error) => void>();
  #wish = Infinity;
  #closed = false;

  constructor(writer: OwnWriter, onHead: (head: number) => void) {
    this.#writer = writer;
    this.#onHead = onHead;
    this.#unwatch = writer.watch({
      committed: (head) => this.#tellHead(head),
      failed: (error) => {
        for (const fail of this.#pending) fail(new UnknownOutcomeError(error.message, { cause: error }));
        this.#pending.clear();
      },
    });
  }

  append(request: AppendRequest): Promise<AppendResult> {
    const append = serialise(request);
    const { stream, expectedRevision, events, bytes } = append;
    // A small one is a part of a larger buffer, which costs less than one of its own.
    const frames = encodeFrames([append], Buffer.allocUnsafe(bytes));
    return this.#commit({ stream, expectedRevision, events: events.length, frames }, bytes) as Promise<AppendResult>;
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    await this.#commit({ snapshot }, snapshot.state.length);
  }

  /** `onHead` is called once, as soon as the head stands above this. */
  tellAbove(position: number): void {
    this.#wish = position;
    this.#tellHead(this.#writer.head);
  }

  /** What was asked for is committed first. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#pending.size > 0) this.#writer.flush();
    this.#unwatch();
  }

  #tellHead(head: number): void {
    if (head <= this.#wish) return;
    this.#wish = Infinity;
    this.#onHead(head);
  }

  #commit(job: LogJob, bytes: number): Promise<LogOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new LogClosedError('the log is closed'));
      this.#pending.add(reject);
      this.#writer.add([job], bytes, ([outcome]) => {
        this.#pending.delete(reject);
        if (outcome && 'full' in outcome) reject(noRoom());
        else if (outcome && 'error' in outcome) reject(outcome.error);
        else resolve(outcome!);
      });
    });
  }
}
