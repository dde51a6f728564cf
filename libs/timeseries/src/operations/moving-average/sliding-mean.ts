/** The mean of a window that only moves forward, without the drift of adding and taking away: two stacks of sums (Tangwongsan et al. 2015). */

/** Plain JSON. `sums[i]` is the sum of values i … sums.length − 1; `back` of those after. */
export interface SlidingMean {
  times: number[];
  values: number[];
  /** Where the window begins in `values`. */
  head: number;
  sums: number[];
  back: number;
}

export const emptySlidingMean = (): SlidingMean => ({ times: [], values: [], head: 0, sums: [], back: 0 });

export const sizeOf = ({ values, head }: SlidingMean): number => values.length - head;

export function push(window: SlidingMean, time: number, value: number): void {
  window.times.push(time);
  window.values.push(value);
  window.back += value;
}

/** Drops the oldest. */
export function shift(window: SlidingMean): void {
  if (window.head >= window.sums.length) turn(window);
  window.head++;
}

export function mean({ values, head, sums, back }: SlidingMean): number {
  if (head === values.length) return NaN;
  return ((head < sums.length ? sums[head]! : 0) + back) / (values.length - head);
}

/** Sums from the newest to the oldest, once for each window's length; what has left is forgotten here. */
function turn(window: SlidingMean): void {
  window.times = window.times.slice(window.head);
  window.values = window.values.slice(window.head);
  window.head = 0;
  const sums = new Array<number>(window.values.length).fill(0);
  let sum = 0;
  for (let i = sums.length - 1; i >= 0; i--) sums[i] = sum += window.values[i]!;
  window.sums = sums;
  window.back = 0;
}
