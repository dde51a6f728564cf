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

/** `interval` in ms; left out: the usual one of the readings. Undefined where there are no two times. */
export function evenly({ time, value }: Points, given?: number): EvenValues | undefined {
  const interval = given ?? medianInterval(time);
  if (interval === undefined || time.at(-1)! === time[0]) return undefined;
  let gap = 0;
  let even = true;
  for (let i = 1; i < time.length; i++) {
    gap = Math.max(gap, time[i]! - time[i - 1]!);
    even &&= Math.abs(time[i]! - time[0]! - i * interval) <= JITTER * interval;
  }
  if (even) return { value, interval, resampled: false, gap };
  const mean = (time.at(-1)! - time[0]!) / (time.length - 1);
  if (given === undefined && isRegular(time, mean)) return { value, interval: mean, resampled: false, gap };
  return { value: onLines({ time, value }, interval), interval, resampled: true, gap };
}

/** A clock whose interval is no round number: the median of rounded times is a little off. */
function isRegular(time: Float64Array, mean: number): boolean {
  for (let i = 1; i < time.length; i++)
    if (Math.abs(time[i]! - time[0]! - i * mean) > Math.max(1, JITTER * mean) || time[i] === time[i - 1]) return false;
  return true;
}

/** Readings of one time count as their mean. */
function onLines({ time, value }: Points, interval: number): Float64Array {
  const count = Math.floor((time.at(-1)! - time[0]!) / interval + 1e-9) + 1;
  if (count > VALUES_MAX) {
    throw new OperationError(
      `"every" of ${interval} ms makes ${count} values, more than ${VALUES_MAX}: choose a longer one or a shorter range`,
      'every',
    );
  }
  const at = new Float64Array(time.length);
  const mean = new Float64Array(time.length);
  let n = 0;
  for (let i = 0; i < time.length;) {
    let sum = 0;
    let same = i;
    while (same < time.length && time[same] === time[i]) sum += value[same++]!;
    at[n] = time[i]!;
    mean[n++] = sum / (same - i);
    i = same;
  }
  let left = 0;
  return new Float64Array(count).map((_, k) => {
    const t = time[0]! + k * interval;
    while (left < n - 2 && at[left + 1]! <= t) left++;
    return mean[left]! + (mean[left + 1]! - mean[left]!) * Math.min(1, (t - at[left]!) / (at[left + 1]! - at[left]!));
  });
}
