/** How far rebuilds are: what the lanes count is written to the rows about once a second, by every projector that works on one. */
import type { RecordedEvent } from '#contracts';
import type { ViewStore } from '#ports';
import { upsert } from '../projections/rows.js';
import { eventsOfPart } from '../subscription/by-part.js';
import type { LaneState } from '../subscription/lane.js';
import { Rate } from '../subscription/progress.js';
import type { SeriesState } from '../subscription/series-lane.js';
import type { RebuildRow } from './known.js';

/** A generation of a projection, as a key. */
export const generationKey = (projection: string, generation: number): string => `${projection} ${generation}`;

export class RebuildProgress {
  private readonly done = new Map<string, number>();
  /** What all projectors together have done, as the rows say it. */
  private readonly rates = new Map<string, { rate: Rate; seen: number }>();

  constructor(
    private readonly parts: number,
    private readonly now: () => number,
  ) {}

  /** Before a step of states that are being built: how much is new to them. */
  count<S extends LaneState>(nameOf: (state: S) => string, states: readonly S[], events: RecordedEvent[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const state of states) {
      const { generation, part, position } = state;
      const own = eventsOfPart(events, part, this.parts);
      const key = generationKey(nameOf(state), generation);
      counts.set(key, (counts.get(key) ?? 0) + own.length - firstAfter(own, position));
    }
    return counts;
  }

  add(counts: ReadonlyMap<string, number>): void {
    for (const [key, count] of counts) this.done.set(key, (this.done.get(key) ?? 0) + count);
  }

  /** Adds what was done here to the rows, and notes where the series of a rebuild are, which their store alone knows. */
  async write(views: ViewStore, rebuilds: readonly RebuildRow[], series: readonly SeriesState[], version: number): Promise<void> {
    const counted = rebuilds.map((row) => ({ row, count: this.done.get(generationKey(row.projection, row.generation)) ?? 0 }));
    const ofSeries = rebuilds.filter(({ projection }) => projection === 'series');
    const positions =
      ofSeries.length === 0
        ? []
        : series.map(({ generation, part, stored }) => ({
            projection: 'series',
            generation,
            part,
            projection_version: version,
            position: stored,
          }));
    const working = counted.filter(({ count }) => count > 0);
    if (working.length === 0 && positions.length === 0) return;
    await views.write(async (tx) => {
      for (const { row, count } of working) {
        await tx
          .updateTable('rebuilds')
          .set(({ eb }) => ({ events_done: eb('events_done', '+', count) }))
          .where('rebuild_id', '=', row.rebuild_id)
          .execute();
      }
      await upsert(tx, 'checkpoints', ['projection', 'generation', 'part'], positions);
    });
    for (const { row, count } of working) {
      const key = generationKey(row.projection, row.generation);
      this.done.set(key, this.done.get(key)! - count);
    }
  }

  /** By one of the projectors: how fast it goes, seen over all of them. */
  async writeRates(views: ViewStore, rebuilds: readonly RebuildRow[]): Promise<void> {
    for (const id of this.rates.keys()) if (!rebuilds.some(({ rebuild_id }) => rebuild_id === id)) this.rates.delete(id);
    for (const { rebuild_id, events_done, events_per_second } of rebuilds) {
      const known = this.rates.get(rebuild_id) ?? { rate: new Rate(this.now), seen: events_done };
      this.rates.set(rebuild_id, known);
      known.rate.add(Math.max(0, events_done - known.seen));
      known.seen = events_done;
      const rate = Math.round(known.rate.perSecond());
      if (rate === events_per_second) continue;
      await views.write((tx) =>
        tx
          .updateTable('rebuilds')
          .set({ events_per_second: rate })
          .where('rebuild_id', '=', rebuild_id)
          .where('finished_at', 'is', null)
          .execute(),
      );
    }
  }
}

/** Index of the first event behind `position`. */
function firstAfter(events: readonly RecordedEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
