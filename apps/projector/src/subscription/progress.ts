/** How far each projection is, how far that is from the head of the log, and how fast it goes. */
import type { ProjectionFigures, RecordedEvent } from '#contracts';
import type { EventLog } from '#ports';

/** What a lane knows of each of its projections. */
export interface Standing {
  name: string;
  generation: number;
  version: number;
  position: number;
  failed?: { position: number; error: string };
}

/** Rates are over about this long: short enough to see a stall, long enough not to flicker. */
const RATE_OVER_MS = 5_000;

export class Progress {
  private readonly rates = new Map<string, { count: number; at: number }>();
  private readonly waiting = new Map<string, string>();

  constructor(
    private readonly log: EventLog,
    private readonly now: () => number,
  ) {}

  /** A lane has stored a batch. */
  advanced(lane: string, events: RecordedEvent[]): void {
    this.rates.set(lane, { count: this.decayed(lane) + events.length, at: this.now() });
  }

  /** A lane waits for its store; it does not any more when no error is given. */
  waits(lane: string, error: unknown): void {
    if (error === undefined) this.waiting.delete(lane);
    else this.waiting.set(lane, error instanceof Error ? error.message : String(error));
  }

  async figures(lanes: { lane: string; standings: Standing[] }[]): Promise<ProjectionFigures[]> {
    const head = await this.log.head();
    const ages = new Map<number, number>();
    const figures: ProjectionFigures[] = [];
    for (const { lane, standings } of lanes) {
      const waiting = this.waiting.get(lane);
      for (const standing of standings) {
        const { position } = standing;
        if (position < head && !ages.has(position)) ages.set(position, await this.ageOfNext(position));
        const lag = { lagEvents: Math.max(0, head - position), lagSeconds: ages.get(position) ?? 0 };
        const ratePerSecond = standing.failed ? 0 : Math.round((this.decayed(lane) / RATE_OVER_MS) * 1_000);
        figures.push({ part: 0, ...standing, ...lag, ratePerSecond, ...(waiting === undefined ? {} : { waiting }) });
      }
    }
    return figures;
  }

  /** Seconds since the first event that is not projected was recorded. */
  private async ageOfNext(position: number): Promise<number> {
    const [next] = await this.log.readAll(position, 1);
    return next ? Math.max(0, this.now() - next.metadata.recordedAt) / 1_000 : 0;
  }

  private decayed(lane: string): number {
    const rate = this.rates.get(lane);
    return rate ? rate.count * Math.exp(-Math.max(0, this.now() - rate.at) / RATE_OVER_MS) : 0;
  }
}
