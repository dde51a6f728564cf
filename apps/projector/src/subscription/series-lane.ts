/** The lane of the series, whose stores keep readings and checkpoints together by themselves. */
import type { RecordedEvent } from '#contracts';
import type { SeriesBatch, SeriesStore } from '#ports';
import { eventsOfPart } from './by-part.js';
import { foldSafely } from './fold-safely.js';
import { Lane, type LaneState } from './lane.js';

export interface SeriesProjection {
  name: string;
  version: number;
  handles: readonly string[];
  fold(events: readonly RecordedEvent[]): Omit<SeriesBatch, 'checkpoint'>;
}

export interface SeriesState extends LaneState {
  readonly store: SeriesStore;
}

export interface SeriesLaneConfig {
  name: string;
  projection: SeriesProjection;
  parts: number;
  onFailed: (state: SeriesState) => void;
}

export class SeriesLane extends Lane<SeriesState> {
  readonly takesPacked = true;
  private readonly handled: ReadonlySet<string>;

  constructor(private readonly config: SeriesLaneConfig) {
    super(config.name);
    this.handled = new Set(config.projection.handles);
  }

  async step(events: RecordedEvent[]): Promise<void> {
    const end = events.at(-1)!.position;
    const states = this.moving().filter(({ position }) => position < end);
    // A store that fails must not keep the others from being told how far they are.
    const done = await Promise.allSettled(states.map((state) => this.stepOne(state, events, end)));
    for (const result of done) if (result.status === 'rejected') throw result.reason;
  }

  handles(type: string): boolean {
    return this.handled.has(type);
  }

  async flush(): Promise<void> {
    for (const state of this.moving()) {
      const { store, part, position } = state;
      if (state.stored >= position) continue;
      await store.write({ part, schemas: [], readings: [], checkpoint: position });
      state.stored = position;
    }
  }

  private async stepOne(state: SeriesState, events: RecordedEvent[], end: number): Promise<void> {
    const { part, store } = state;
    const own = eventsOfPart(events, part, this.config.parts);
    const fresh = own.filter(({ type, position }) => position > state.position && this.handled.has(type));
    const { changes, position, poison } = foldSafely((some) => this.config.projection.fold(some), fresh, end);
    if (own.length > 0 && position > state.stored) {
      await store.write({ schemas: [], readings: [], ...changes, part, checkpoint: position });
      state.stored = position;
    }
    state.position = Math.max(state.position, position);
    if (!poison) return;
    state.failed = { position: poison.position, error: String(poison.error) };
    this.config.onFailed(state);
  }
}
