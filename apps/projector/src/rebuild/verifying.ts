/** Verifications under way: the comparison runs beside everything else, and its outcome ends the rebuild. */
import type { VerificationOutcome } from '#contracts';
import { StoreUnavailableError, type SeriesGenerations, type ViewStore } from '#ports';
import type { SeriesState } from '../subscription/series-lane.js';
import type { Track } from '../subscription/track.js';
import { SERIES, type RebuildRow } from './known.js';
import { end, type Rebuildable } from './steps-of-a-rebuild.js';
import { verifySeries } from './verify-series.js';
import { verifyViews } from './verify-views.js';

export interface VerifyingConfig {
  views: ViewStore;
  generations: SeriesGenerations;
  seriesTrack: Track<SeriesState>;
  parts: number;
  now: () => number;
  logger: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

export class Verifying {
  private readonly underWay = new Map<string, { stop: AbortController; done: Promise<void> }>();

  constructor(
    private readonly config: VerifyingConfig,
    /** The rebuild has ended. */
    private readonly nudge: () => void,
  ) {}

  /** Nothing where it has begun already. */
  begin(row: RebuildRow, of: Rebuildable): void {
    if (this.underWay.has(row.rebuild_id)) return;
    const stop = new AbortController();
    const done = this.verify(row, of, stop.signal).finally(() => this.underWay.delete(row.rebuild_id));
    this.underWay.set(row.rebuild_id, { stop, done });
  }

  /** Stops those that are not at work any more: cancelled, or paused. */
  keep(running: readonly RebuildRow[]): void {
    for (const [id, { stop }] of this.underWay) if (!running.some(({ rebuild_id }) => rebuild_id === id)) stop.abort();
  }

  async close(): Promise<void> {
    this.keep([]);
    await Promise.all([...this.underWay.values()].map(({ done }) => done));
  }

  private async verify(row: RebuildRow, of: Rebuildable, stop: AbortSignal): Promise<void> {
    const { views, now, logger } = this.config;
    const { rebuild_id: rebuild, projection } = row;
    try {
      const outcome = await (of.name === SERIES ? this.verifySeries(row, stop) : verifyViews(this.config, { row, of }, stop));
      logger.info({ rebuild, projection, equal: outcome.equal, position: outcome.position }, 'a projection was verified');
      await end(views, row, { state: 'completed', now: now(), outcome });
    } catch (error) {
      if (stop.aborted) return;
      logger.warn({ rebuild, projection, error: String(error) }, 'a verification could not be completed');
      // What may pass is begun again at the next look.
      if (!(error instanceof StoreUnavailableError))
        await end(views, row, { state: 'failed', now: now(), error: String(error) }).catch(() => false);
    }
    this.nudge();
  }

  /** The one who decides owns a part, and so has both generations open. */
  private verifySeries({ generation }: RebuildRow, stop: AbortSignal): Promise<VerificationOutcome> {
    const { generations, seriesTrack } = this.config;
    const rebuilt = seriesTrack.all().find((state) => state.generation === generation)?.store;
    if (!rebuilt) throw new StoreUnavailableError(`generation ${generation} of the series is not open`);
    return verifySeries(this.config, { live: generations.store, rebuilt }, stop);
  }
}
