/** How far the projections are, so that an answer can wait until everyone can see what it tells of. */
import { Inject, Injectable } from '@nestjs/common';
import { partOf, type ProjectedMessage, type ProjectionFigures, type ProjectionFiguresMessage } from '#contracts';
import { LiveBus, PROGRESS_ROOM, SeriesStore, ViewStore } from '#ports';
import { type ApiSettings, LOG, type Log, SETTINGS } from '../../tokens.js';

export type Shown = 'views' | 'views and series';

interface Waiter {
  position: number;
  part: number;
  shown: Shown;
  resolve: (reached: boolean) => void;
  timer: NodeJS.Timeout;
}

/** Messages are lost only where a bus is broken; then the stores themselves are asked. */
const POLL_MS = 100;

@Injectable()
export class Progress {
  /** By part: everything up to here of its streams is visible. */
  private readonly shown: { views: number; series: number }[];
  /** By projector. */
  private readonly figures = new Map<string, ProjectionFigures[]>();
  private readonly waiters = new Set<Waiter>();
  private poll: NodeJS.Timeout | undefined;
  private told = new Set<number>();
  private readonly stop: () => void;

  constructor(
    @Inject(LiveBus) private readonly bus: LiveBus,
    @Inject(ViewStore) private readonly store: ViewStore,
    @Inject(SeriesStore) private readonly seriesStore: SeriesStore,
    @Inject(SETTINGS) { projectorParts }: ApiSettings,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.shown = Array.from({ length: projectorParts }, () => ({ views: 0, series: 0 }));
    bus.setListening(PROGRESS_ROOM, true);
    this.stop = bus.subscribe((messages) => {
      for (const { room, event, data } of messages) {
        if (room !== PROGRESS_ROOM) continue;
        if (event === 'projector.progressed') this.reached(data as unknown as ProjectedMessage);
        else if (event === 'projector.figures') this.describe(data as unknown as ProjectionFiguresMessage);
      }
    });
  }

  /** Of events of this stream. False where the projections did not get there in time. */
  until(position: number, stream: string, shown: Shown, withinMs: number): Promise<boolean> {
    const part = this.partOf(stream);
    if (this.shows(position, part, shown)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = { position, part, shown, resolve, timer: setTimeout(() => this.settle(waiter, false), withinMs) };
      this.waiters.add(waiter);
      this.poll ??= setInterval(() => void this.ask(), POLL_MS);
    });
  }

  /** Everything of this stream up to here can be seen in views and series. */
  visible(stream: string): number {
    const { views, series } = this.shown[this.partOf(stream)]!;
    return Math.min(views, series);
  }

  latestFigures(): ProjectionFigures[] {
    return [...this.figures.values()].flat();
  }

  close(): void {
    this.stop();
    this.bus.setListening(PROGRESS_ROOM, false);
    for (const waiter of [...this.waiters]) this.settle(waiter, false);
  }

  /** Reads the checkpoints themselves: at start, and where no message comes. */
  async ask(): Promise<void> {
    const waitedFor = new Set([...this.waiters].map(({ part }) => part));
    const silent = this.shown
      .map((_, part) => part)
      .filter((part) => !this.told.has(part) && (waitedFor.size === 0 || waitedFor.has(part)));
    this.told = new Set();
    if (silent.length === 0) return;
    try {
      const rows = await this.store.db
        .selectFrom('checkpoints')
        .leftJoin('generations', (join) =>
          join
            .onRef('generations.projection', '=', 'checkpoints.projection')
            .onRef('generations.generation', '=', 'checkpoints.generation'),
        )
        .select(({ fn }) => ['part', fn.min('checkpoints.position').as('position')])
        .where('checkpoints.projection', '!=', 'series')
        .where((row) => row.or([row('generations.state', '=', 'live'), row('generations.state', 'is', null)]))
        .groupBy('part')
        .execute();
      const views = new Map(rows.map(({ part, position }) => [part, position]));
      for (const part of silent) {
        this.advance({ part, views: views.get(part) ?? 0, series: await this.seriesStore.checkpoint(part) });
      }
    } catch (error) {
      this.log.warn({ error: String(error) }, 'the checkpoints could not be read');
    }
  }

  private partOf(stream: string): number {
    return partOf(stream, this.shown.length);
  }

  private reached(message: ProjectedMessage): void {
    this.told.add(message.part);
    this.advance(message);
  }

  /** Who told of a part before has lost it. */
  private describe({ process, projections }: ProjectionFiguresMessage): void {
    const parts = new Set(projections.map(({ part }) => part));
    for (const [other, figures] of this.figures) {
      const left = figures.filter(({ part }) => !parts.has(part));
      if (left.length > 0) this.figures.set(other, left);
      else this.figures.delete(other);
    }
    this.figures.set(process, projections);
  }

  private advance({ part, views, series }: ProjectedMessage): void {
    const shown = this.shown[part];
    if (!shown) return;
    shown.views = Math.max(shown.views, views);
    shown.series = Math.max(shown.series, series);
    for (const waiter of this.waiters)
      if (waiter.part === part && this.shows(waiter.position, part, waiter.shown)) this.settle(waiter, true);
  }

  private shows(position: number, part: number, shown: Shown): boolean {
    const { views, series } = this.shown[part]!;
    return position <= (shown === 'views' ? views : Math.min(views, series));
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
