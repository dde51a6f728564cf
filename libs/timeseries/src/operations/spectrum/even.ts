/** Readings at equal intervals: as they are where they were taken so, on straight lines between them where not. */
import type { Points } from '../../points.js';
import { OperationError } from '../operation-errors.js';
import { medianInterval } from '../time-grid.js';

export interface EvenValues {
  value: Float64Array;
  /** In ms. */
  interval: number;
  /** Whether values stand at other times than the readings. */
  resampled: boolean;
  /** The longest time between two readings, in ms. */
  gap: number;
}

/** What clocks jitter by without harm: a share of the interval. */
const JITTER = 0.01;
/** A transform of more would need more memory than an analysis has. */
const VALUES_MAX = 20_000_000;

/** `given`: the interval in ms; left out: the usual one of the readings. Undefined where there are no two times. */
export function evenly(points: Points, given?: number): EvenValues | undefined {
  const { time, value } = points;
  const usual = medianInterval(time);
  if (usual === undefined) return undefined;
  const interval = given ?? usual;
  const gap = longestGap(time);
  if (isEven(time, interval, JITTER * interval)) return { value, interval, resampled: false, gap };
  const mean = (time.at(-1)! - time[0]!) / (time.length - 1);
  const rounding = Math.max(Math.min(ROUNDING_MS, 0.1 * mean), JITTER * mean);
  if (given === undefined && isEven(time, mean, rounding)) return { value, interval: mean, resampled: false, gap };
  const isCoarser = interval > 1.5 * usual;
  return { value: onLines(grouped(points, isCoarser ? interval : 0), interval), interval, resampled: true, gap };
}

/** A clock whose interval is no round number gives times that are rounded to whole milliseconds. */
const ROUNDING_MS = 1;

function isEven(time: Float64Array, interval: number, tolerance: number): boolean {
  for (let i = 1; i < time.length; i++) {
    if (Math.abs(time[i]! - time[0]! - i * interval) > tolerance) return false;
  }
  return true;
}

function longestGap(time: Float64Array): number {
  let gap = 0;
  for (let i = 1; i < time.length; i++) gap = Math.max(gap, time[i]! - time[i - 1]!);
  return gap;
}

/** The means of readings of one time; with a width, of stretches so long, in their middles: what is faster than them must not look slow. */
function grouped({ time, value }: Points, width: number): Points {
  const start = time[0]!;
  const keyOf = (row: number) => (width > 0 ? Math.floor((time[row]! - start) / width) : time[row]!);
  const at = new Float64Array(time.length);
  const mean = new Float64Array(time.length);
  let groups = 0;
  for (let first = 0; first < time.length;) {
    const key = keyOf(first);
    let next = first;
    let sum = 0;
    while (next < time.length && keyOf(next) === key) sum += value[next++]!;
    at[groups] = width > 0 ? start + (key + 0.5) * width : key;
    mean[groups++] = sum / (next - first);
    first = next;
  }
  return { time: at.subarray(0, groups), value: mean.subarray(0, groups) };
}

/** From the first time on; no two times may be the same. */
function onLines({ time, value }: Points, interval: number): Float64Array {
  const n = time.length;
  const count = Math.floor((time[n - 1]! - time[0]!) / interval + 1e-9) + 1;
  if (count > VALUES_MAX) {
    const advice = 'choose a longer one or a shorter range';
    throw new OperationError(`"every" of ${interval} ms makes ${count} values, more than ${VALUES_MAX}: ${advice}`, 'every');
  }
  if (n === 1) return value;
  let left = 0;
  return new Float64Array(count).map((_, k) => {
    const t = time[0]! + k * interval;
    while (left < n - 2 && time[left + 1]! <= t) left++;
    const share = Math.min(1, (t - time[left]!) / (time[left + 1]! - time[left]!));
    return value[left]! + (value[left + 1]! - value[left]!) * share;
  });
}
