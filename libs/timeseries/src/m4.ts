/** M4: for each column of pixels the first, last, lowest and highest point, so that a line chart has the same pixels. */
import { pick, pointsOf, stretchLength, type Points } from './points.js';

/** One entry a group that holds points: time and value of its first, lowest, highest and last point. */
export interface M4Columns {
  firstTime: ArrayLike<number>;
  firstValue: ArrayLike<number>;
  minTime: ArrayLike<number>;
  minValue: ArrayLike<number>;
  maxTime: ArrayLike<number>;
  maxValue: ArrayLike<number>;
  lastTime: ArrayLike<number>;
  lastValue: ArrayLike<number>;
}

/**
 * At most `points` points: all, where there are no more; else up to four for each of `points / 4` stretches of [from, to), which must hold
 * all of `time` (`stretchLength`). Of several lowest or highest points of a stretch the earliest counts.
 * Source: U. Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", PVLDB 7(10), 2014.
 */
export function m4(time: Float64Array, value: Float64Array, points: number, range: { from: number; to: number }): Points {
  if (time.length <= points) return { time, value };
  return pointsOfM4(m4Of({ time, value }, range, m4Groups(points)), points);
}

export function m4Groups(points: number): number {
  return Math.max(1, Math.floor(points / 4));
}

/** The second half of `m4`, for stores that find the four points by themselves. */
export function pointsOfM4(columns: M4Columns, points: number): Points {
  const pairs: [number, number][] = [];
  for (let g = 0; g < columns.firstTime.length; g++) {
    const low: [number, number] = [columns.minTime[g]!, columns.minValue[g]!];
    const high: [number, number] = [columns.maxTime[g]!, columns.maxValue[g]!];
    const first: [number, number] = [columns.firstTime[g]!, columns.firstValue[g]!];
    const last: [number, number] = [columns.lastTime[g]!, columns.lastValue[g]!];
    const four = [first, ...(low[0] <= high[0] ? [low, high] : [high, low]), last];
    pairs.push(...four.filter((pair, i) => !four.slice(0, i).some((other) => other[0] === pair[0] && other[1] === pair[1])));
  }
  const all = pointsOf(pairs);
  return pairs.length <= points ? all : pick(all, evenly(pairs.length, points));
}

/** Fewer than four points were asked for: first and last before what lies between. */
function evenly(n: number, points: number): number[] {
  if (points < 1) return [];
  return points === 1 ? [0] : Array.from({ length: points }, (_, i) => Math.round((i * (n - 1)) / (points - 1)));
}

function m4Of(points: Points, range: { from: number; to: number }, groups: number): M4Columns {
  const firsts: number[] = [];
  const lasts: number[] = [];
  const lows: number[] = [];
  const highs: number[] = [];
  const width = stretchLength(range, groups);
  let current = -1;
  for (let i = 0; i < points.time.length; i++) {
    const group = Math.min(Math.floor((points.time[i]! - range.from) / width), groups - 1);
    if (group !== current) {
      current = group;
      for (const column of [firsts, lasts, lows, highs]) column.push(i);
      continue;
    }
    const last = firsts.length - 1;
    lasts[last] = i;
    if (points.value[i]! < points.value[lows[last]!]!) lows[last] = i;
    if (points.value[i]! > points.value[highs[last]!]!) highs[last] = i;
  }
  const [first, low, high, final] = [firsts, lows, highs, lasts].map((indices) => pick(points, indices)) as [
    Points,
    Points,
    Points,
    Points,
  ];
  return {
    firstTime: first.time,
    firstValue: first.value,
    minTime: low.time,
    minValue: low.value,
    maxTime: high.time,
    maxValue: high.value,
    lastTime: final.time,
    lastValue: final.value,
  };
}
