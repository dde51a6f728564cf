/** What is to be done between two steps of a lane, and never within one: to take states in, to let them go, to stand still for a moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signal } from './signal.js';

export class Turns {
  private readonly waiting: (() => Promise<void>)[] = [];
  private arrived = signal();
  private over = false;

  /** `wake` is called when something arrives, so that the lane comes to its next turn. */
  constructor(private readonly wake: () => void) {}

  /** Resolves with what `work` gives. It must not wait for another turn of the same lane. */
  between<T>(work: () => Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => Promise.resolve().then(work).then(resolve, reject));
      if (this.over) void this.run();
      this.arrived.fire();
      this.wake();
    });
  }

  /** The lane's turn. */
  async run(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) await next();
  }

  /** No longer than until something arrives. */
  async rest(ms: number, stop: AbortSignal): Promise<void> {
    if (this.waiting.length > 0 || stop.aborted) return;
    this.arrived = signal();
    const woken = new AbortController();
    const rested = sleep(ms, undefined, { signal: AbortSignal.any([stop, woken.signal]) }).catch(() => undefined);
    await Promise.race([rested, this.arrived.fired]);
    woken.abort();
  }

  /** There are no steps any more: what comes is done at once. */
  async end(): Promise<void> {
    this.over = true;
    await this.run();
  }
}
