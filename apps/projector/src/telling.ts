/** What the projector tells of itself: how far it is, part by part, and its figures. */
import {
  partOf,
  type JsonObject,
  type ProjectedMessage,
  type ProjectionFigures,
  type ProjectionFiguresMessage,
  type RebuildView,
  type RecordedEvent,
} from '#contracts';
import { PROGRESS_ROOM, type LiveBus } from '#ports';
import { VIEWS_WAIT_MS_MAX } from './live/live-fan-out.js';

export interface TellingConfig {
  live: LiveBus;
  parts: number;
  positions: (part: number) => ProjectedMessage;
}

export interface Look {
  parts: number[];
  projections: ProjectionFigures[];
  rebuilds: RebuildView[];
}

/** How often the figures are told in `PROGRESS_ROOM`. */
const FIGURES_EVERY_MS = 1_000;

export class Telling {
  private readonly waiting = new Set<{ part: number; position: number; resolve: () => void }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly config: TellingConfig) {}

  owns(stream: string, holds: (part: number) => boolean): boolean {
    return holds(partOf(stream, this.config.parts));
  }

  /** Resolves when the views show this event, or when that takes too long to wait for. */
  shown({ stream, position }: RecordedEvent): Promise<void> {
    const part = partOf(stream, this.config.parts);
    if (this.config.positions(part).views >= position) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { part, position, resolve: () => (clearTimeout(timer), this.waiting.delete(waiter), resolve()) };
      const timer = setTimeout(waiter.resolve, VIEWS_WAIT_MS_MAX);
      this.waiting.add(waiter);
    });
  }

  /** How far these parts are, to whoever waits for that. */
  tell(parts: readonly number[]): void {
    const { live, positions } = this.config;
    const told = parts.map(positions);
    live.publish(told.map((data) => ({ room: PROGRESS_ROOM, event: 'projector.progressed', data: data as unknown as JsonObject })));
    if (this.waiting.size === 0) return;
    const reached = new Map(told.map(({ part, views }) => [part, views]));
    for (const waiter of [...this.waiting]) if ((reached.get(waiter.part) ?? -1) >= waiter.position) waiter.resolve();
  }

  /** Also when nothing moves: that something stands still is news too. */
  regularly(process: string, look: () => Promise<Look>): void {
    const { live } = this.config;
    const tell = async (): Promise<void> => {
      if (!live.hasListeners(PROGRESS_ROOM)) return;
      const { parts, projections, rebuilds } = await look();
      const data = { process, projections, rebuilds } satisfies ProjectionFiguresMessage as unknown as JsonObject;
      live.publish([{ room: PROGRESS_ROOM, event: 'projector.figures', data }]);
      this.tell(parts);
    };
    // The log may be out of reach for a moment: the next turn tells again, and the tail reports the trouble.
    this.timer = setInterval(() => void tell().catch(() => undefined), FIGURES_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { resolve } of [...this.waiting]) resolve();
  }
}
