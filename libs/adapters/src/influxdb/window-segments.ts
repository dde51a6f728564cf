/** Windows as InfluxDB can group by: equally long ones in one statement, each longer or shorter one in its own. */
import type { WindowRun } from '#timeseries';
import { TIME_FLOOR_MS } from './times.js';

export interface Segment {
  /** Number of its first window, counted over all runs. */
  window: number;
  /** Where that begins. */
  start: number;
  /** Readings it takes. */
  range: { from: number; to: number };
  /** Length of its windows in ms; undefined where it is a single one. */
  step?: number;
  /** Where windows begin, as InfluxDB counts: from the epoch. */
  offset?: number;
}

export function segmentsOf(runs: WindowRun[], { from, to }: { from: number; to: number }): Segment[] {
  const segments: Segment[] = [];
  let window = 0;
  const add = (first: number, count: number, { start, step }: WindowRun, end: number): void => {
    const range = { from: Math.max(start, from), to: Math.min(end, to) };
    if (count === 0 || !(range.from < range.to)) return;
    const grouped = count > 1 ? { step, offset: ((start % step) + step) % step } : {};
    segments.push({ window: first, start, range, ...grouped });
  };
  for (const [i, run] of runs.entries()) {
    const end = runs[i + 1]?.start ?? Infinity;
    const startOf = (n: number): number => run.start + n * run.step;
    // Windows that begin before InfluxDB's time does: only the last of them can hold readings.
    const early = run.start < TIME_FLOOR_MS ? Math.min(run.count, Math.ceil((TIME_FLOOR_MS - run.start) / run.step)) : 0;
    // The last window lasts until the next run: longer, where a clock was set back.
    const late = run.count > early && end > startOf(run.count) ? 1 : 0;
    const regular = run.count - early - late;
    if (early > 0) add(window + early - 1, 1, { ...run, start: startOf(early - 1) }, early === run.count ? end : startOf(early));
    add(window + early, regular, { ...run, start: startOf(early) }, late ? startOf(run.count - 1) : end);
    add(window + run.count - 1, late, { ...run, start: startOf(run.count - 1) }, end);
    window += run.count;
  }
  return segments;
}
