/** So many at once, the rest wait their turn, so that neither memory nor the server suffers. */
import { storeClosed, tooManyQueries } from '../shared/series-errors.js';

export class Turns {
  underWay = 0;
  private readonly queue: { start: () => void; refuse: (error: Error) => void }[] = [];
  private closed = false;
  private whenIdle: (() => void) | undefined;

  constructor(private readonly limits: { atOnceMax: number; waitingMax: number }) {}

  get waiting(): number {
    return this.queue.length;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw storeClosed();
    if (this.underWay >= this.limits.atOnceMax) await this.turn();
    else this.underWay++;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next.start();
      else if (--this.underWay === 0) this.whenIdle?.();
    }
  }

  /** Refuses what waits, then waits for what is under way. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { refuse } of this.queue.splice(0)) refuse(storeClosed());
    if (this.underWay > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
  }

  private turn(): Promise<void> {
    if (this.queue.length >= this.limits.waitingMax) throw tooManyQueries(this.limits.waitingMax);
    return new Promise((start, refuse) => this.queue.push({ start, refuse }));
  }
}
