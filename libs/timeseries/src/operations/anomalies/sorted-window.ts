/** The last readings, kept in order of arrival and of size: their exact median and median absolute deviation. */
export interface SortedWindow {
  /** A ring, in order of arrival; `next` is where the next one goes. */
  ring: number[];
  next: number;
  sorted: number[];
}

export const newWindow = (): SortedWindow => ({ ring: [], next: 0, sorted: [] });

export function push(window: SortedWindow, value: number, size: number): void {
  const { ring, sorted } = window;
  if (ring.length < size) {
    ring.push(value);
    sorted.push(value);
    sink(sorted, sorted.length - 1);
    return;
  }
  const at = place(sorted, ring[window.next]!);
  ring[window.next] = value;
  window.next = (window.next + 1) % size;
  sorted[at] = value;
  sink(sorted, at);
  rise(sorted, at);
}

/** NaN of nothing. */
export function median({ sorted }: SortedWindow): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The median of the distances to `center`: the two middle ones are found by walking outwards in the sorted readings. */
export function medianDistance({ sorted }: SortedWindow, center: number): number {
  let right = place(sorted, center);
  let left = right - 1;
  const half = sorted.length >> 1;
  let before = 0;
  let distance = 0;
  for (let i = 0; i <= half; i++) {
    before = distance;
    const below = left >= 0 ? center - sorted[left]! : Infinity;
    const above = right < sorted.length ? sorted[right]! - center : Infinity;
    distance = Math.min(below, above);
    if (below <= above) left--;
    else right++;
  }
  return sorted.length % 2 === 1 ? distance : (before + distance) / 2;
}

/** The first place whose value is not below. */
function place(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sink(sorted: number[], at: number): void {
  const value = sorted[at]!;
  for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
  sorted[at] = value;
}

function rise(sorted: number[], at: number): void {
  const value = sorted[at]!;
  for (; at < sorted.length - 1 && sorted[at + 1]! < value; at++) sorted[at] = sorted[at + 1]!;
  sorted[at] = value;
}
