/** Sees to what operators ask for: every projector works on the parts that it owns, and the one that owns the first part decides what comes next. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rebuildView } from '#adapters/views';
import type { RebuildView } from '#contracts';
import { REBUILDS_ROOM, type LiveBus } from '#ports';
import type { PartKeeper } from '../subscription/part-keeper.js';
import { signal } from '../subscription/signal.js';
import { Deciding, type DecidingConfig } from './deciding.js';
import { liveOf, readKnown, rebuildOf, SERIES, type Known } from './known.js';
import type { RebuildProgress } from './rebuild-progress.js';
import { promise } from './series-switch.js';

export interface RebuildsConfig extends DecidingConfig {
  live: LiveBus;
  keeper: PartKeeper;
  progress: RebuildProgress;
}

/** An operator's wish is seen to within this time, also where nobody nudges. */
const LOOK_EVERY_MS = 500;
const WRITE_EVERY_MS = 1_000;
/** Those that have just ended are told for so long. */
const TOLD_AFTER_MS = 5_000;

export class Rebuilds {
  private readonly stop = new AbortController();
  private nudged = signal();
  private readonly deciding: Deciding;
  private readonly running: Promise<void>;
  private readonly unsubscribe: () => void;
  private writtenAt = -Infinity;
  private told: RebuildView[] = [];

  constructor(private readonly config: RebuildsConfig) {
    const { live } = config;
    this.deciding = new Deciding(config, () => this.nudge());
    live.setListening(REBUILDS_ROOM, true);
    this.unsubscribe = live.subscribe((messages) => {
      if (messages.some(({ room }) => room === REBUILDS_ROOM)) this.nudge();
    });
    this.running = this.run();
  }

  /** For the figures: told by the one that decides. */
  views(): RebuildView[] {
    return this.told;
  }

  /** A generation that is being built met an event that it cannot fold, or could not be written: it is given up. */
  async failed(projection: string, generation: number, { position, error }: { position: number; error: string }): Promise<void> {
    const row = rebuildOf(await readKnown(this.config.views.db), { projection, generation });
    if (row) await this.deciding.fail(row, `at position ${position}: ${error}`);
    this.nudge();
  }

  nudge(): void {
    this.nudged.fire();
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.unsubscribe();
    this.config.live.setListening(REBUILDS_ROOM, false);
    this.nudge();
    await this.running;
    await this.deciding.close();
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      this.nudged = signal();
      try {
        await this.turn();
      } catch (error) {
        this.config.logger.warn({ error: String(error) }, 'rebuilds could not be seen to; it is tried again');
      }
      const woken = new AbortController();
      const waited = sleep(LOOK_EVERY_MS, undefined, { signal: AbortSignal.any([woken.signal, this.stop.signal]) }).catch(() => undefined);
      await Promise.race([waited, this.nudged.fired]);
      woken.abort();
    }
  }

  private async turn(): Promise<void> {
    const { keeper, views, ownership, now } = this.config;
    const known = await readKnown(views.db);
    if (shapeOf(known) !== shapeOf(keeper.known)) await keeper.align();
    await this.promise(known);
    const isDue = now() - this.writtenAt >= WRITE_EVERY_MS;
    if (isDue) await this.writeProgress(known);
    if (ownership.mark(0) === undefined) return void (this.told = []);
    const changed = await this.deciding.decide(known);
    if (changed) {
      await keeper.align();
      await this.writeProgress(known);
    }
    if (isDue || changed) await this.describe(known);
    if (changed) this.nudge();
  }

  private async promise({ rebuilds, ...known }: Known): Promise<void> {
    const live = liveOf({ rebuilds, ...known }, SERIES);
    for (const row of rebuilds) {
      if (row.state === 'switching' && live) await promise({ ...this.config, track: this.config.seriesTrack }, row, live.generation);
    }
  }

  private async writeProgress({ rebuilds }: Known): Promise<void> {
    const { progress, views, seriesTrack, rebuildables, now } = this.config;
    this.writtenAt = now();
    if (rebuilds.length === 0) return;
    const version = rebuildables.find(({ name }) => name === SERIES)?.version ?? 0;
    await progress.write(views, rebuilds, seriesTrack.all(), version);
  }

  private async describe(known: Known): Promise<void> {
    const { views, progress, now } = this.config;
    if (known.rebuilds.length === 0 && this.told.length === 0) return;
    const rows = await views.db
      .selectFrom('rebuilds')
      .selectAll()
      .where((row) => row.or([row('finished_at', 'is', null), row('finished_at', '>', now() - TOLD_AFTER_MS)]))
      .execute();
    await progress.writeRates(
      views,
      rows.filter(({ finished_at }) => finished_at === null),
    );
    const checkpoints = await views.db.selectFrom('checkpoints').selectAll().execute();
    this.told = rows.map((row) => {
      const own = checkpoints.filter(({ projection, generation }) => projection === row.projection && generation === row.generation);
      return rebuildView(
        row,
        own.map(({ position }) => position),
      );
    });
  }
}

/** What lanes depend on. */
function shapeOf({ generations, rebuilds }: Known): string {
  const ofGenerations = generations.map(({ projection, generation, state }) => `${projection} ${generation} ${state}`);
  return [...ofGenerations.sort(), ...rebuilds.map(({ rebuild_id, state }) => `${rebuild_id} ${state}`).sort()].join();
}
