/** How far positions are behind the end of the log, for one answer: each is looked up once. */
import type { EventLog } from '#ports';

export interface Lag {
  lagEvents: number;
  lagSeconds: number;
}

export class Lags {
  private readonly known = new Map<number, Promise<Lag>>();
  private head: Promise<number> | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly now: number,
  ) {}

  at(position: number): Promise<Lag> {
    const lag = this.known.get(position) ?? this.read(position);
    this.known.set(position, lag);
    return lag;
  }

  private async read(position: number): Promise<Lag> {
    const head = await (this.head ??= this.log.head());
    if (position >= head) return { lagEvents: 0, lagSeconds: 0 };
    const [next] = await this.log.readAll(position, 1);
    return { lagEvents: head - position, lagSeconds: next ? Math.max(0, this.now - next.metadata.recordedAt) / 1_000 : 0 };
  }
}
