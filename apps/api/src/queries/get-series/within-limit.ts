/** Keeps an answer within the limit of points without cutting anything off: windows become wider, pictures coarser. */
import type { Every } from '#ports';
import { EVERY_COUNT_MAX } from './series-request.js';

const MS: Record<Every['unit'], number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 2_629_746_000,
  y: 31_556_952_000,
};
/** Windows that people read well, the finest first. */
const LADDER: Every[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count): Every => ({ count, unit: 'ms' })),
  ...[1, 2, 5, 10, 15, 30].map((count): Every => ({ count, unit: 's' })),
  ...[1, 2, 5, 10, 15, 30].map((count): Every => ({ count, unit: 'm' })),
  ...[1, 2, 3, 6, 12].map((count): Every => ({ count, unit: 'h' })),
  { count: 1, unit: 'd' },
  { count: 1, unit: 'w' },
  ...[1, 3].map((count): Every => ({ count, unit: 'mo' })),
  ...[1, 10, 100].map((count): Every => ({ count, unit: 'y' })),
];

/** Numbers in one answer, all columns together: a thousand fields must not make a hundred million. */
const CELLS_MAX = 2_000_000;

export function pointsLimit(pointsMax: number, columns: number): number {
  return Math.max(1, Math.min(pointsMax, Math.floor(CELLS_MAX / Math.max(1, columns))));
}

/** How many windows there are from `from` on. */
export const windowsFrom = (from: number, to: number, every: Every): number => Math.ceil((to - from) / (MS[every.unit] * every.count));

/** How many windows on the grid of the epoch or of a zone there may be. */
export const windowsIn = (from: number, to: number, every: Every): number => windowsFrom(from, to, every) + 1;

/** Windows of equal width that share out a range from its begin, at most `count` of them; in as large a unit as says their width. */
export function equalWindows(from: number, to: number, count: number): Every {
  const width = Math.max(1, Math.ceil((to - from) / count));
  const finest = [MS.ms, MS.s, MS.m].find((step) => width <= step * EVERY_COUNT_MAX) ?? MS.h;
  const whole = Math.ceil(width / finest) * finest;
  const unit = (['h', 'm', 's'] as const).find((one) => whole % MS[one] === 0) ?? 'ms';
  return { count: whole / MS[unit], unit };
}

/** The finest window of the ladder, not finer than asked, that keeps the range within the limit. */
export function coarserEvery(from: number, to: number, every: Every, limit: number): Every {
  const asked = MS[every.unit] * every.count;
  return LADDER.find((step) => MS[step.unit] * step.count >= asked && windowsIn(from, to, step) <= limit) ?? LADDER.at(-1)!;
}
