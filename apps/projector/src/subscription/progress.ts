/** How far each part of each projection is, how far that is from the head of the log, and how fast it goes. */
import type { ProjectionFigures } from '#contracts';
import type { EventLog } from '#ports';
import type { Failure } from './lane.js';
import type { Behind, LogMeter } from './log-meter.js';

/** What is known of one part of a projection. */
export interface Standing {
  lane: string;
  name: string;
  part: number;
  generation: number;
  version: number;
  position: number;
  failed?: Failure;
  /** Why it does not move, where that is no failure. */
  waits?: string;
}

/** Rates are over about this long: short enough to see a stall, long enough not to flicker. */
const RATE_OVER_MS = 5_000;

/** Events a second, of late. */
export class Rate {
  private count = 0;
  private at: number;
  private readonly since: number;

  constructor(private readonly now: () => number) {
    this.at = now();
    this.since = this.at;
  }

  add(events: number): void {
    this.count = this.decayed() + events;
    this.at = this.now();
  }

  perSecond(): number {
    const overMs = RATE_OVER_MS * (1 - Math.exp(-Math.max(1_000, this.now() - this.since) / RATE_OVER_MS));
    return (this.decayed() / overMs) * 1_000;
  }

  private decayed(): number {
    return this.count * Math.exp(-Math.max(0, this.now() - this.at) / RATE_OVER_MS);
  }
}

export class Progress {
  private readonly rates = new Map<string, Rate>();
  private readonly waiting = new Map<string, string>();

  constructor(
    private readonly log: EventLog,
    private readonly meter: LogMeter,
    private readonly now: () => number,
  ) {}

  /** A lane has gone over so many events of a part. */
  advanced(lane: string, part: number, events: number): void {
    const key = `${lane} ${part}`;
    let rate = this.rates.get(key);
    if (!rate) this.rates.set(key, (rate = new Rate(this.now)));
    rate.add(events);
  }

  /** A lane waits for its store; it does not any more when no error is given. */
  waits(lane: string, error: unknown): void {
    if (error === undefined) this.waiting.delete(lane);
    else this.waiting.set(lane, error instanceof Error ? error.message : String(error));
  }

  async figures(standings: readonly Standing[]): Promise<ProjectionFigures[]> {
    const head = await this.log.head();
    const distances = new Map<number, Behind>();
    const figures: ProjectionFigures[] = [];
    for (const { lane, waits, ...standing } of standings) {
      const { position, part, failed } = standing;
      const behind = distances.get(position) ?? (await this.meter.behind(position, head));
      distances.set(position, behind);
      const waiting = waits ?? this.waiting.get(lane);
      const rate = failed || waits !== undefined ? 0 : Math.round(this.rates.get(`${lane} ${part}`)?.perSecond() ?? 0);
      figures.push({
        ...standing,
        lagEvents: behind.events,
        lagSeconds: behind.seconds,
        ratePerSecond: rate,
        ...(waiting !== undefined && { waiting }),
      });
    }
    return figures;
  }
}
