/** Columns of an answer become the chart's points once; what comes live is put in place, and memory stays bounded. */

export interface Point {
  x: number;
  y: number;
  /** What is said of it when it is pointed at, besides its value. */
  note?: string;
}

/** Without the times at which this part has no value: a picture of several parts has a row where any of them has one. */
export function toPoints(time: readonly number[], column: readonly (number | string | boolean | null)[]): Point[] {
  const points: Point[] = [];
  for (let at = 0; at < time.length; at += 1) {
    const y = numberOf(column[at]);
    if (!Number.isNaN(y)) points.push({ x: time[at] ?? NaN, y });
  }
  return points;
}

/** A pause this long between two points is an outage, not a rhythm: far longer than the device's usual step. */
export function pauseOf(points: readonly Point[]): number {
  if (points.length < 8) return Infinity;
  const steps = points.slice(1).map((point, at) => point.x - (points[at]?.x ?? 0));
  steps.sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length * 0.75)] ?? 0;
  return usual > 0 ? usual * PAUSE_STEPS : Infinity;
}

const PAUSE_STEPS = 8;

const numberOf = (value: number | string | boolean | null | undefined): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : NaN;

/** Puts live values where their time belongs; late ones too. The same value at the same time is there already. */
export function insertPoints(points: Point[], time: readonly number[], column: readonly (number | string | boolean | null)[]): void {
  for (let at = 0; at < time.length; at += 1) {
    const x = time[at];
    const y = numberOf(column[at]);
    if (x === undefined || Number.isNaN(y)) continue;
    insert(points, { x, y });
  }
}

function insert(points: Point[], point: Point): void {
  let at = points.length;
  const last = points[at - 1];
  if (last && point.x <= last.x) at = placeAfter(points, point.x);
  for (let before = at - 1; before >= 0 && points[before]?.x === point.x; before -= 1) {
    if (points[before]?.y === point.y) return;
  }
  points.splice(at, 0, point);
}

/** Index of the first point later than `x`. */
export function placeAfter(points: readonly Point[], x: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.x ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Drops what has left the window, but keeps one point before it, so that the line comes in from the left. */
export function dropBefore(points: Point[], from: number): void {
  const first = placeAfter(points, from) - 1;
  if (first > 0) points.splice(0, first);
}

/** Newer points than the answer has are kept behind it: they came live while it was on its way. */
export function keepNewer(fresh: Point[], held: readonly Point[]): Point[] {
  const last = fresh.at(-1);
  if (!last) return [...held];
  for (let at = placeAfter(held, last.x); at < held.length; at += 1) fresh.push(held[at] as Point);
  return fresh;
}

/** At most `max` points: of each slice its lowest and its highest, in their order, so that no spike disappears. */
export function thin(points: readonly Point[], max: number): Point[] {
  if (points.length <= max) return [...points];
  const slices = Math.max(1, Math.floor(max / 2));
  const kept: Point[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const start = Math.floor((slice * points.length) / slices);
    const end = Math.floor(((slice + 1) * points.length) / slices);
    kept.push(...extremes(points, start, end));
  }
  return kept;
}

function extremes(points: readonly Point[], start: number, end: number): Point[] {
  let low = start;
  let high = start;
  for (let at = start; at < end; at += 1) {
    const y = points[at]?.y ?? NaN;
    if (Number.isNaN(y)) continue;
    if (!(y >= (points[low]?.y ?? NaN))) low = at;
    if (!(y <= (points[high]?.y ?? NaN))) high = at;
  }
  const first = points[Math.min(low, high)];
  const second = points[Math.max(low, high)];
  if (!first || !second) return [];
  return first === second ? [first] : [first, second];
}
