/** Windows that operations cut readings into: found from parameters or from the data, and what lies in each. */
import { formatEvery, parseEvery, UNIT_MS, type Every } from '../every.js';
import { countWindows, windowStarts, WINDOWS_MAX } from '../windows.js';
import { isZone } from '../zone.js';
import { OperationError } from './operation-errors.js';
import type { Parameter, Values } from './parameters.js';

export const EVERY: Parameter & { type: 'text' } = {
  name: 'every',
  label: 'Window length',
  description: 'How long each window is: 30s, 5m, 1h, 1d, 1w, 1mo or 1y.',
  type: 'text',
};

export const TIME_ZONE: Parameter & { type: 'text' } = {
  name: 'tz',
  label: 'Time zone',
  description: 'Whose clock decides when days, weeks and months begin, such as Europe/Berlin.',
  type: 'text',
  default: 'UTC',
};

export interface TimeGrid {
  every: Every;
  tz: string;
  /** The first instants of the windows. */
  starts: Float64Array;
}

/** `every` as given; undefined where it is left out. */
export function everyOf(values: Values): Every | undefined {
  if (values.every === undefined) return undefined;
  const every = parseEvery(String(values.every));
  if (every) return every;
  throw new OperationError(`"every" must be a length such as 30s, 5m, 1h, 1d or 1mo, not "${String(values.every)}"`, 'every');
}

/** The windows that hold everything from the first to the last time; none for no time at all. */
export function gridOver(first: number | undefined, last: number | undefined, every: Every, values: Values, max = WINDOWS_MAX): TimeGrid {
  const tz = String(values.tz ?? 'UTC');
  if (!isZone(tz)) throw new OperationError(`"tz" must be a zone such as Europe/Berlin or UTC, not "${tz}"`, 'tz');
  if (first === undefined || last === undefined) return { every, tz, starts: new Float64Array(0) };
  const end = last + SMALLEST_STEP;
  const count = countWindows(first, end, every, tz);
  if (count <= max) return { every, tz, starts: windowStarts(first, end, every, tz) };
  throw new OperationError(
    `"every" of ${formatEvery(every)} makes ${count} windows, more than ${max}: choose longer windows or a shorter range`,
    'every',
  );
}

/** Times have at most three decimals. */
const SMALLEST_STEP = 0.001;

/** Where the rows of each window begin: those of window w are [bounds[w], bounds[w + 1]). */
export function boundsIn(starts: Float64Array, time: Float64Array): Uint32Array {
  const bounds = new Uint32Array(starts.length + 1);
  for (let w = 0, row = 0; w < starts.length; w++) {
    while (row < time.length && time[row]! < starts[w]!) row++;
    bounds[w] = row;
  }
  bounds[starts.length] = time.length;
  return bounds;
}

/** Exact up to this many intervals; of more, as many are looked at, equally spread. */
const INTERVALS_LOOKED_AT = 100_000;

/** The usual time between two readings, in ms; undefined where there are no two times. */
export function medianInterval(time: Float64Array): number | undefined {
  const stride = Math.max(1, Math.floor(time.length / INTERVALS_LOOKED_AT));
  const intervals: number[] = [];
  for (let i = stride; i < time.length; i += stride) if (time[i]! > time[i - 1]!) intervals.push(time[i]! - time[i - 1]!);
  return Float64Array.from(intervals).sort()[Math.floor((intervals.length - 1) / 2)];
}

const NICE: readonly Every[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => ({ count, unit: 'ms' as const })),
  ...[1, 2, 5, 10, 15, 30].map((count) => ({ count, unit: 's' as const })),
  ...[1, 2, 5, 10, 15, 30].map((count) => ({ count, unit: 'm' as const })),
  ...[1, 2, 3, 6, 12].map((count) => ({ count, unit: 'h' as const })),
  { count: 1, unit: 'd' as const },
];

/** A round length that about holds one reading of each field: the slowest decides. */
export function niceEvery(times: readonly Float64Array[]): Every {
  const slowest = Math.max(1, ...times.map((time) => medianInterval(time) ?? 0));
  const fitting = NICE.find(({ count, unit }) => count * UNIT_MS[unit as 'ms'] >= slowest * 0.95);
  return fitting ?? { count: Math.ceil(slowest / UNIT_MS.d), unit: 'd' };
}
