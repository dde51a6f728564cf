/** How far the projections are, so that an answer can wait until everyone can see what it tells of. */
import { Inject, Injectable } from '@nestjs/common';
import type { ProjectedMessage, ProjectionFigures, ProjectionFiguresMessage } from '#contracts';
import { LiveBus, PROGRESS_ROOM, SeriesStore, ViewStore } from '#ports';
import { LOG, type Log } from '../../tokens.js';

export type Shown = 'views' | 'views and series';

interface Waiter {
  position: number;
  shown: Shown;
  resolve: (reached: boolean) => void;
  timer: NodeJS.Timeout;
}

/** Messages are lost only where a bus is broken; then the stores themselves are asked. */
const POLL_MS = 100;

@Injectable()
export class Progress {
  private views = 0;
  private series = 0;
  private figures: ProjectionFigures[] = [];
  private waiters = new Set<Waiter>();
  private poll: NodeJS.Timeout | undefined;
  private told = false;
  private readonly stop: () => void;

  constructor(
    @Inject(LiveBus) private readonly bus: LiveBus,
    @Inject(ViewStore) private readonly store: ViewStore,
    @Inject(SeriesStore) private readonly seriesStore: SeriesStore,
    @Inject(LOG) private readonly log: Log,
  ) {
    bus.setListening(PROGRESS_ROOM, true);
    this.stop = bus.subscribe((messages) => {
      for (const message of messages) {
        if (message.room !== PROGRESS_ROOM) continue;
        if (message.event === 'projector.progressed') this.reached(message.data as unknown as ProjectedMessage);
        else if (message.event === 'projector.figures') this.figures = (message.data as unknown as ProjectionFiguresMessage).projections;
      }
    });
  }

  /** False where the projections did not get there in time. */
  until(position: number, shown: Shown, withinMs: number): Promise<boolean> {
    if (this.shows(position, shown)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = { position, shown, resolve, timer: setTimeout(() => this.settle(waiter, false), withinMs) };
      this.waiters.add(waiter);
      this.poll ??= setInterval(() => void this.ask(), POLL_MS);
    });
  }

  /** Everything up to here can be seen in views and series. */
  visible(): number {
    return Math.min(this.views, this.series);
  }

  latestFigures(): ProjectionFigures[] {
    return this.figures;
  }

  close(): void {
    this.stop();
    this.bus.setListening(PROGRESS_ROOM, false);
    for (const waiter of [...this.waiters]) this.settle(waiter, false);
  }

  /** Reads the checkpoints themselves: at start, and where no message comes. */
  async ask(): Promise<void> {
    if (this.told) {
      this.told = false;
      return;
    }
    try {
      const row = await this.store.db
        .selectFrom('checkpoints')
        .select(({ fn }) => fn.min('position').as('position'))
        .where('projection', '!=', 'series')
        .executeTakeFirst();
      const series = await this.seriesStore.checkpoint();
      this.advance({ part: 0, views: row?.position ?? 0, series });
    } catch (error) {
      this.log.warn({ error: String(error) }, 'the checkpoints could not be read');
    }
  }

  private reached(message: ProjectedMessage): void {
    this.told = true;
    this.advance(message);
  }

  private advance({ views, series }: ProjectedMessage): void {
    this.views = Math.max(this.views, views);
    this.series = Math.max(this.series, series);
    for (const waiter of this.waiters) if (this.shows(waiter.position, waiter.shown)) this.settle(waiter, true);
  }

  private shows(position: number, shown: Shown): boolean {
    return position <= (shown === 'views' ? this.views : Math.min(this.views, this.series));
  }

  private settle(waiter: Waiter, reached: boolean): void {
    clearTimeout(waiter.timer);
    this.waiters.delete(waiter);
    waiter.resolve(reached);
    if (this.waiters.size > 0) return;
    clearInterval(this.poll);
    this.poll = undefined;
  }
}
