/** Whether a place lies within a ring of [lat, lon]: also across the 180th meridian, and around a pole. */
import type { Place } from './sphere.js';

/** Longitudes go on beyond ±180 where the ring crosses that meridian. */
export interface Ring {
  lat: Float64Array;
  lon: Float64Array;
  west: number;
  east: number;
}

type Corner = readonly [lat: number, lon: number];

/** Open or closed (the last corner the first again), in either direction. An edge takes the shorter way around. */
export function ringOf(polygon: readonly Corner[]): Ring {
  const corners: [number, number][] = [];
  for (const [lat, lon] of [...polygon, polygon[0]!]) {
    const before = corners.at(-1)?.[1] ?? lon;
    corners.push([lat, before + shorterWay(lon - before)]);
  }
  const [, first] = corners[0]!;
  const [, last] = corners.at(-1)!;
  if (Math.abs(last - first) > 180) corners.push(...overThePole(corners, first, last));
  const lons = corners.map(([, lon]) => lon);
  return {
    lat: Float64Array.from(corners, ([lat]) => lat),
    lon: Float64Array.from(lons),
    west: lons.reduce((a, b) => Math.min(a, b)),
    east: lons.reduce((a, b) => Math.max(a, b)),
  };
}

/** Places on the edge are inside. */
export function isInside(ring: Ring, { lat, lon }: Place): boolean {
  for (let turn = -720; turn <= 720; turn += 360) {
    const x = lon + turn;
    if (x >= ring.west && x <= ring.east && isInPlane(ring, lat, x)) return true;
  }
  return false;
}

/** How often a ray to the east meets the ring; the corners of an edge count as its southern one only. */
function isInPlane({ lat, lon }: Ring, y: number, x: number): boolean {
  let inside = false;
  for (let i = 0, j = lat.length - 1; i < lat.length; j = i++) {
    const side = (lon[j]! - lon[i]!) * (y - lat[i]!) - (x - lon[i]!) * (lat[j]! - lat[i]!);
    if (side === 0 && isBetween(x, lon[i]!, lon[j]!) && isBetween(y, lat[i]!, lat[j]!)) return true;
    if (lat[i]! > y === lat[j]! > y) continue;
    if (side > 0 === lat[j]! > lat[i]!) inside = !inside;
  }
  return inside;
}

const isBetween = (it: number, a: number, b: number): boolean => it >= Math.min(a, b) && it <= Math.max(a, b);

const shorterWay = (turn: number): number => turn - 360 * Math.round(turn / 360);

/** A ring that goes once around the earth holds the nearer pole. */
function overThePole(corners: readonly Corner[], first: number, last: number): [number, number][] {
  const middle = corners.reduce((sum, [lat]) => sum + lat, 0) / corners.length;
  const pole = middle < 0 ? -90 : 90;
  return [
    [pole, last],
    [pole, first],
  ];
}
