/** Largest-Triangle-Three-Buckets: few points of a curve that look like all of it. */
import { pick, pointsOf, stretchLength, type Points } from './points.js';

/**
 * At most `points` of the given points, first and last among them (all, where there are no more than that).
 * Source: S. Steinarsson, "Downsampling Time Series for Visual Representation", MSc thesis, University of Iceland, 2013, section 4.2.
 */
export function lttb(time: Float64Array, value: Float64Array, points: number): Points {
  return pick({ time, value }, lttbIndices(time, value, points));
}

/** The same, as indices in ascending order. */
export function lttbIndices(time: Float64Array, value: Float64Array, points: number): Int32Array {
  const n = time.length;
  if (n <= points) return Int32Array.from({ length: n }, (_, i) => i);
  if (points <= 2) return Int32Array.from([0, n - 1].slice(0, Math.max(0, points)));
  const chosen = new Int32Array(points);
  const width = (n - 2) / (points - 2);
  let previous = 0;
  for (let bucket = 0; bucket < points - 2; bucket++) {
    const begin = Math.floor(bucket * width) + 1;
    const end = Math.floor((bucket + 1) * width) + 1;
    const nextEnd = Math.min(Math.floor((bucket + 2) * width) + 1, n);
    previous = farthest(time, value, previous, begin, end, nextEnd);
    chosen[bucket + 1] = previous;
  }
  chosen[points - 1] = n - 1;
  return chosen;
}

/** The point in [begin, end) that spans the largest triangle with the previous choice and the mean of the next bucket. */
function farthest(time: Float64Array, value: Float64Array, from: number, begin: number, end: number, nextEnd: number): number {
  let meanTime = 0;
  let meanValue = 0;
  for (let i = end; i < nextEnd; i++) {
    meanTime += time[i]! - time[from]!;
    meanValue += value[i]! - value[from]!;
  }
  meanTime /= nextEnd - end;
  meanValue /= nextEnd - end;
  let best = begin;
  let largest = -1;
  for (let i = begin; i < end; i++) {
    const area = Math.abs(meanTime * (value[i]! - value[from]!) - (time[i]! - time[from]!) * meanValue);
    if (area > largest) {
      largest = area;
      best = i;
    }
  }
  return best;
}

/** Up to so many points LTTB looks at every one: it takes a few milliseconds. */
export const LTTB_EXACT_MAX = 65_536;
/** Preselected points for each point shown; the paper finds no visible difference from 4 on. */
export const MIN_MAX_RATIO = 4;

/** Lowest and highest point of each of equally long stretches of time; the columns are of one length. */
export interface MinMaxColumns {
  minTime: ArrayLike<number>;
  minValue: ArrayLike<number>;
  maxTime: ArrayLike<number>;
  maxValue: ArrayLike<number>;
}

/**
 * LTTB for long curves: lowest and highest point of equal stretches of time are preselected, then LTTB chooses among them.
 * Up to `LTTB_EXACT_MAX` points it is LTTB itself. Stretches divide [from, to), which must hold all of `time`.
 * Source: J. Van Der Donckt et al., "MinMaxLTTB: Leveraging MinMax-Preselection to Scale LTTB", IEEE VIS 2023, arXiv:2305.00332.
 */
export function minMaxLttb(time: Float64Array, value: Float64Array, points: number, range: { from: number; to: number }): Points {
  const n = time.length;
  if (n <= LTTB_EXACT_MAX || n <= points) return lttb(time, value, points);
  const stretches = minMaxStretches(points);
  const columns = minMaxOf({ time, value }, range, stretches);
  return lttbOfMinMax(columns, { time: time[0]!, value: value[0]! }, { time: time[n - 1]!, value: value[n - 1]! }, points);
}

export function minMaxStretches(points: number): number {
  return Math.max(1, Math.ceil((points * MIN_MAX_RATIO) / 2));
}

/** The second half of `minMaxLttb`, for stores that preselect by themselves. */
export function lttbOfMinMax(columns: MinMaxColumns, first: Pair, last: Pair, points: number): Points {
  const pairs: [number, number][] = [[first.time, first.value]];
  for (let i = 0; i < columns.minTime.length; i++) {
    const low: [number, number] = [columns.minTime[i]!, columns.minValue[i]!];
    const high: [number, number] = [columns.maxTime[i]!, columns.maxValue[i]!];
    pairs.push(...(low[0] <= high[0] ? [low, high] : [high, low]));
  }
  pairs.push([last.time, last.value]);
  const distinct = pointsOf(pairs.filter((pair, i) => i === 0 || pair[0] !== pairs[i - 1]![0] || pair[1] !== pairs[i - 1]![1]));
  return lttb(distinct.time, distinct.value, points);
}

interface Pair {
  time: number;
  value: number;
}

function minMaxOf(points: Points, range: { from: number; to: number }, stretches: number): MinMaxColumns {
  const columns = { minTime: [] as number[], minValue: [] as number[], maxTime: [] as number[], maxValue: [] as number[] };
  const width = stretchLength(range, stretches);
  let current = -1;
  let last = -1;
  for (let i = 0; i < points.time.length; i++) {
    const time = points.time[i]!;
    const value = points.value[i]!;
    const stretch = Math.min(Math.floor((time - range.from) / width), stretches - 1);
    if (stretch !== current) {
      current = stretch;
      last = columns.minTime.push(time) - 1;
      columns.minValue.push(value);
      columns.maxTime.push(time);
      columns.maxValue.push(value);
      continue;
    }
    if (value < columns.minValue[last]!) [columns.minTime[last], columns.minValue[last]] = [time, value];
    if (value > columns.maxValue[last]!) [columns.maxTime[last], columns.maxValue[last]] = [time, value];
  }
  return columns;
}
