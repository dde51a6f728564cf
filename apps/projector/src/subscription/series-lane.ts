/** The lane of the series store, which keeps readings and checkpoint in one transaction of its own. */
import type { RecordedEvent } from '#contracts';
import type { SeriesBatch, SeriesStore } from '#ports';
import { foldSafely } from './fold-safely.js';
import type { Lane } from './lane.js';

export interface SeriesProjection {
  name: string;
  version: number;
  handles: readonly string[];
  fold(events: readonly RecordedEvent[]): Omit<SeriesBatch, 'checkpoint'>;
}

export interface SeriesLaneConfig {
  store: SeriesStore;
  projection: SeriesProjection;
  head: number;
  onFailed: (failed: { position: number; error: string }) => void;
}

export async function openSeriesLane(config: SeriesLaneConfig): Promise<SeriesLane> {
  const position = await config.store.checkpoint();
  if (position <= config.head) return new SeriesLane(config, position);
  throw new Error(`the series store has seen position ${position}, the log ends at ${config.head}: one of them is not of this platform`);
}

export class SeriesLane implements Lane {
  readonly name = 'series';
  failed: { position: number; error: string } | undefined;
  private readonly handled: ReadonlySet<string>;

  constructor(
    private readonly config: SeriesLaneConfig,
    public position: number,
  ) {
    this.handled = new Set(config.projection.handles);
  }

  async step(events: RecordedEvent[]): Promise<boolean> {
    const { projection, store } = this.config;
    const end = events.at(-1)!.position;
    const own = events.filter(({ type, position }) => position > this.position && this.handled.has(type));
    const { changes, position, poison } = foldSafely((some) => projection.fold(some), own, end);
    if (changes || position > this.position) await store.write({ schemas: [], readings: [], ...changes, checkpoint: position });
    this.position = Math.max(this.position, position);
    if (!poison) return true;
    this.failed = { position: poison.position, error: String(poison.error) };
    this.config.onFailed(this.failed);
    return false;
  }
}
