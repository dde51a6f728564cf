/** Where a device stayed: stretches in which it went no farther than a radius, for long enough. */
import type { Fixes } from './fixes.js';
import { EARTH_RADIUS_M, middleOf, vectorOf, type Place } from './sphere.js';

export interface Stay {
  /** The fixes [first, last] of it, by their place in `rows`. */
  first: number;
  last: number;
  middle: Place;
}

export interface StayLimits {
  /** In m, from the first place of the stay. */
  radius: number;
  /** In ms, from its first to its last reading. */
  dwell: number;
}

/** Stay points as in Li et al. 2008; with chords through the earth, so that the inner loop has no sines. */
export function staysIn({ rows, jumps, at }: Fixes, time: Float64Array, { radius, dwell }: StayLimits): Stay[] {
  const places = new Float64Array(3 * rows.length);
  rows.forEach((row, i) => places.set(vectorOf(at(row)), 3 * i));
  const chord = (2 * Math.sin(Math.min(Math.PI / 2, radius / (2 * EARTH_RADIUS_M)))) ** 2;
  const near = (i: number, j: number) =>
    (places[3 * i]! - places[3 * j]!) ** 2 +
      (places[3 * i + 1]! - places[3 * j + 1]!) ** 2 +
      (places[3 * i + 2]! - places[3 * j + 2]!) ** 2 <=
    chord;
  const stays: Stay[] = [];
  for (let first = 0; first < rows.length;) {
    let next = first + 1;
    while (next < rows.length && !jumps.has(rows[next]!) && near(first, next)) next++;
    const last = next - 1;
    if (last > first && time[rows[last]!]! - time[rows[first]!]! >= dwell) {
      stays.push({ first, last, middle: middleOf(places.subarray(3 * first, 3 * next)) });
      first = next;
    } else first++;
  }
  return stays;
}
