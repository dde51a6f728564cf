/** Where time windows begin: fixed and calendar lengths, in UTC or in a zone with its 23- and 25-hour days. */
import { UNIT_MS, type Every } from './every.js';
import { zoneSegments, type ZoneSegment } from './zone.js';

/** Windows that begin at `start + k × step` for k in [0, count); the last one lasts until the next run starts. */
export interface WindowRun {
  start: number;
  step: number;
  count: number;
}

/** More would not fit an answer by far; asking for them is a mistake of the caller. */
export const WINDOWS_MAX = 10_000_000;

/**
 * The windows that cover [from, to), in ascending order, as few arithmetic runs. The first window holds `from`.
 *
 * Without `tz`, windows are aligned to the epoch (so that weeks begin on Thursdays; months and years are aligned to January of year 0). With
 * `tz` the same holds on the local clock, but that weeks begin on Mondays: a window begins at the first instant at which the clock shows, or has jumped over, its beginning.
 * Where a clock is set back, windows up to the length of the repeated stretch occur twice, longer ones once and longer.
 */
export function windowRuns(from: number, to: number, every: Every, tz?: string): WindowRun[] {
  if (!(from < to)) return [];
  const calendar = monthsOf(every);
  const step = calendar ? calendar * 32 * UNIT_MS.d : every.count * UNIT_MS[every.unit as keyof typeof UNIT_MS];
  const segments: ZoneSegment[] =
    tz === undefined || tz === 'UTC' ? [{ start: -Infinity, offset: 0 }] : zoneSegments(tz, from - step - 2 * UNIT_MS.d, to);
  if (calendar) return trimmed(monthRuns(segments, from, to, calendar), from, to);
  const repeats = every.unit !== 'd' && every.unit !== 'w';
  return trimmed(fixedRuns(segments, from, to, { step, origin: every.unit === 'w' && tz !== undefined ? MONDAY : 0, repeats }), from, to);
}

/** How many windows `windowStarts` would give; cheap, so that a limit can be checked beforehand. */
export function countWindows(from: number, to: number, every: Every, tz?: string): number {
  return windowRuns(from, to, every, tz).reduce((sum, run) => sum + run.count, 0);
}

/** The first instants of all windows that touch [from, to); the first of them is at or before `from`. */
export function windowStarts(from: number, to: number, every: Every, tz?: string): Float64Array {
  return startsOf(windowRuns(from, to, every, tz));
}

export function startsOf(runs: WindowRun[]): Float64Array {
  const total = runs.reduce((sum, run) => sum + run.count, 0);
  if (total > WINDOWS_MAX) throw new RangeError(`${total} windows; at most ${WINDOWS_MAX} can be listed`);
  const starts = new Float64Array(total);
  let at = 0;
  for (const { start, step, count } of runs) for (let k = 0; k < count; k++) starts[at++] = start + k * step;
  return starts;
}

/** The number of the window that holds `time`, counted over all runs. `time` must not lie before the first. */
export function windowIndex(runs: WindowRun[], time: number): number {
  let base = 0;
  for (let r = 0; r < runs.length; r++) {
    const run = runs[r]!;
    const next = runs[r + 1];
    if (next === undefined || time < next.start) return base + Math.min(Math.floor((time - run.start) / run.step), run.count - 1);
    base += run.count;
  }
  return -1;
}

/** 1970-01-05, a Monday. */
const MONDAY = 4 * UNIT_MS.d;

function monthsOf(every: Every): number | undefined {
  if (every.unit === 'mo') return every.count;
  return every.unit === 'y' ? every.count * 12 : undefined;
}

interface Grid {
  step: number;
  /** A local time on the grid. */
  origin: number;
  /** Whether windows that fit into a repeated stretch occur twice. */
  repeats: boolean;
}

function fixedRuns(segments: ZoneSegment[], from: number, to: number, grid: Grid): WindowRun[] {
  const runs: WindowRun[] = [];
  let shown = -Infinity;
  for (let i = 0; i < segments.length; i++) {
    const { start, offset } = segments[i]!;
    const end = Math.min(segments[i + 1]?.start ?? Infinity, to);
    const begin = i === 0 ? Math.max(start, from - 2 * grid.step) : start;
    const low = begin + offset;
    const repeated = shown - low;
    const first = ceilTo(repeated > 0 && !(grid.repeats && grid.step <= repeated) ? shown : low, grid);
    const jumpedOver = shown !== -Infinity && ceilTo(shown, grid) < low;
    if (jumpedOver && first !== low) runs.push({ start: begin, step: grid.step, count: 1 });
    const count = Math.ceil((end + offset - first) / grid.step);
    if (count > 0) runs.push({ start: first - offset, step: grid.step, count });
    shown = Math.max(shown, end + offset);
  }
  return runs;
}

function ceilTo(local: number, { step, origin }: Grid): number {
  return Math.ceil((local - origin) / step) * step + origin;
}

function monthRuns(segments: ZoneSegment[], from: number, to: number, months: number): WindowRun[] {
  const runs: WindowRun[] = [];
  const begin = new Date(from - 2 * UNIT_MS.d);
  let index = Math.floor((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / months) * months;
  for (; ; index += months) {
    const start = firstInstant(segments, localMonth(index));
    if (start >= to) return runs;
    const previous = runs.at(-1);
    if (previous?.start === start) continue;
    if (previous) previous.step = start - previous.start;
    runs.push({ start, step: months * 32 * UNIT_MS.d, count: 1 });
  }
}

function localMonth(index: number): number {
  return new Date(0).setUTCFullYear(Math.floor(index / 12), ((index % 12) + 12) % 12, 1);
}

/** When the local clock first shows `local` or has jumped over it. */
function firstInstant(segments: ZoneSegment[], local: number): number {
  for (let i = 0; i < segments.length; i++) {
    const { start, offset } = segments[i]!;
    const end = segments[i + 1]?.start ?? Infinity;
    if (end + offset > local) return i === 0 ? local - offset : Math.max(start, local - offset);
  }
  return Infinity;
}

/** Cuts what lies wholly before `from` or begins at or after `to`. */
function trimmed(runs: WindowRun[], from: number, to: number): WindowRun[] {
  const kept: WindowRun[] = [];
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]!;
    if (run.start >= to) break;
    const next = runs[i + 1];
    if (next && next.start <= from) continue;
    const skipped = run.start >= from ? 0 : Math.min(Math.floor((from - run.start) / run.step), run.count - 1);
    const start = run.start + skipped * run.step;
    kept.push({ start, step: run.step, count: Math.min(run.count - skipped, Math.ceil((to - start) / run.step)) });
  }
  return kept;
}
