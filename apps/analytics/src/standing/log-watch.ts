/** Follows the log once for all standing analyses of a process, and wakes those whose device something happened to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog, Follower } from '#ports';

const BATCH_EVENTS_MAX = 4_096;
const AGAIN_AFTER_MS = 1_000;

export class LogWatch {
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;
  private follower: Follower | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly logger: { warn(members: object, message: string): void },
  ) {}

  /** Returns the way to stop. Whoever listens looks first by itself at what has happened already. */
  listen(stream: string, wake: () => void): () => void {
    const known = this.listeners.get(stream) ?? new Set();
    known.add(wake);
    this.listeners.set(stream, known);
    this.running ??= this.run();
    return () => {
      known.delete(wake);
      if (known.size === 0 && this.listeners.get(stream) === known) this.listeners.delete(stream);
    };
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.follower?.close();
    await this.running;
  }

  private async run(): Promise<void> {
    let after: number | undefined;
    while (!this.stop.signal.aborted) {
      try {
        after ??= await this.log.head();
        // Those who began to listen before have to look once more.
        for (const wakes of this.listeners.values()) for (const wake of wakes) wake();
        this.follower = this.log.follow(after, { batchMax: BATCH_EVENTS_MAX }, async (events) => {
          for (const stream of new Set(events.map((event) => event.stream))) for (const wake of this.listeners.get(stream) ?? []) wake();
          after = events.at(-1)!.position;
        });
        if (this.stop.signal.aborted) await this.follower.close();
        await this.follower.done;
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.logger.warn({ error: String(error) }, 'the log could not be followed for standing analyses; it is tried again');
        await sleep(AGAIN_AFTER_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }
}
