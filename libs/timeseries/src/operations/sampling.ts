/** How a field is sampled, and the field on an even grid, which methods with seasons need. */
import { UNIT_MS } from '../every.js';
import type { SeriesInput } from './operation.js';
import { OperationError } from './operation-errors.js';
import { durationText } from './parameters.js';

/** More steps than this would not fit the memory of a worker beside what is computed from them. */
export const GRID_STEPS_MAX = 20_000_000;

/** Above this many, the median gap is taken from as many of them, evenly spread. */
const GAPS_LOOKED_AT = 100_000;

export interface EvenGrid {
  /** Time of step 0. */
  start: number;
  /** ms between steps. */
  step: number;
  /** A value for each step: the mean of what was measured in it; between neighbours, on a straight line, where nothing was. */
  values: Float64Array;
  /** How many were measured in each step. */
  counts: Uint32Array;
  /** How many steps had no measurement. */
  filled: number;
}

/**
 * The time from value to value where none is missing; undefined where there are fewer than two. The mean of all gaps that are about as long
 * as most, so that jitter evens out, and a round length where that comes to the same over the whole range.
 */
export function usualGap({ time, parts }: SeriesInput): number | undefined {
  const value = parts['value']!;
  const median = medianGap(time, value);
  if (median === undefined) return undefined;
  let [sum, count, last] = [0, 0, NaN];
  for (let i = 0; i < time.length; i++) {
    if (value[i] !== value[i]) continue;
    const gap = time[i]! - last;
    last = time[i]!;
    if (!(gap > 0.5 * median && gap < 1.5 * median)) continue;
    sum += gap;
    count++;
  }
  const mean = sum / count;
  const round = ROUND_MS.find((length) => Math.abs(length - mean) * count <= mean / 2);
  return round ?? mean;
}

const ROUND_MS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 25, 40, 50, 100, 200, 250, 500].map((count) => count * UNIT_MS.ms),
  ...[1, 2, 5, 10, 15, 20, 30].flatMap((count) => [count * UNIT_MS.s, count * UNIT_MS.m]),
  ...[1, 2, 3, 4, 6, 8, 12, 24, 168].map((count) => count * UNIT_MS.h),
];

function medianGap(time: Float64Array, value: Float64Array): number | undefined {
  const stride = Math.max(1, Math.ceil(time.length / GAPS_LOOKED_AT));
  const gaps: number[] = [];
  let last = NaN;
  for (let i = 0; i < time.length; i++) {
    if (value[i] !== value[i]) continue;
    if (i % stride === 0 && time[i]! > last) gaps.push(time[i]! - last);
    last = time[i]!;
  }
  return gaps.length === 0 ? undefined : Float64Array.from(gaps).sort()[gaps.length >> 1];
}

/** The step of this grid that holds `time`. */
export const stepOf = ({ start, step }: Pick<EvenGrid, 'start' | 'step'>, time: number): number => Math.round((time - start) / step);

/** From the first value to the last. */
export function evenGrid(input: SeriesInput, interval?: number): EvenGrid {
  const { time } = input;
  const value = input.parts['value']!;
  const step = interval ?? usualGap(input);
  const first = value.findIndex((it) => it === it);
  if (step === undefined || first < 0)
    throw new OperationError(`"${input.field}" has fewer than two values at different times in this range`);
  const grid = { start: time[first]!, step };
  const steps = stepOf(grid, time[value.findLastIndex((it) => it === it)]!) + 1;
  if (steps > GRID_STEPS_MAX) {
    const advice = `choose a shorter range, or an interval longer than ${durationText(step)}`;
    throw new OperationError(`${steps} steps of ${durationText(step)} are too many (at most ${GRID_STEPS_MAX}): ${advice}`, 'interval');
  }
  const values = new Float64Array(steps);
  const counts = new Uint32Array(steps);
  for (let i = first; i < time.length; i++) {
    if (value[i] !== value[i]) continue;
    const at = stepOf(grid, time[i]!);
    counts[at]!++;
    values[at]! += (value[i]! - values[at]!) / counts[at]!;
  }
  return { ...grid, values, counts, filled: fillBetween(values, counts) };
}

function fillBetween(values: Float64Array, counts: Uint32Array): number {
  let filled = 0;
  let left = 0;
  for (let right = 1; right < values.length; right++) {
    if (counts[right] === 0) continue;
    const rise = (values[right]! - values[left]!) / (right - left);
    for (let i = left + 1; i < right; i++, filled++) values[i] = values[left]! + rise * (i - left);
    left = right;
  }
  return filled;
}

/** A gap longer than this share of a season would leave a hole in it, were it filled by a straight line. */
const STRAIGHT_UP_TO = 0.1;

/** Long gaps by what was a season before, moved so that both ends meet; a copy. Those in the first season stay straight lines. */
export function filledBySeason({ values, counts, filled }: EvenGrid, season: number): Float64Array {
  const whole = values.slice();
  if (filled === 0 || season < 2) return whole;
  let left = 0;
  for (let right = 1; right < whole.length; right++) {
    if (counts[right] === 0) continue;
    const isLong = right - left - 1 > STRAIGHT_UP_TO * season;
    if (isLong && left >= season) fillAsBefore(whole, left, right, season);
    left = right;
  }
  return whole;
}

function fillAsBefore(values: Float64Array, left: number, right: number, season: number): void {
  const offset = values[left]! - values[left - season]!;
  for (let i = left + 1; i < right; i++) values[i] = values[i - season]! + offset;
  const rise = (values[right]! - values[right - season]! - offset) / (right - left);
  for (let i = left + 1; i < right; i++) values[i]! += rise * (i - left);
}
