/** Distances and directions on the earth as a sphere. */

/** The mean radius, in m (IUGG). */
export const EARTH_RADIUS_M = 6_371_008.8;

const RADIANS = Math.PI / 180;

export interface Place {
  lat: number;
  lon: number;
}

/** In m, along the great circle (haversine). */
export function distanceBetween(a: Place, b: Place): number {
  const half = (from: number, to: number) => Math.sin(((to - from) * RADIANS) / 2) ** 2;
  const h = half(a.lat, b.lat) + half(a.lon, b.lon) * Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS);
  return 2 * EARTH_RADIUS_M * Math.atan2(Math.sqrt(h), Math.sqrt(Math.max(0, 1 - h)));
}

/** The direction in which one sets out on the great circle, in degrees from north over east, 0 ≤ heading < 360. */
export function headingBetween(a: Place, b: Place): number {
  const turn = (b.lon - a.lon) * RADIANS;
  const east = Math.sin(turn) * Math.cos(b.lat * RADIANS);
  const north =
    Math.cos(a.lat * RADIANS) * Math.sin(b.lat * RADIANS) - Math.sin(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.cos(turn);
  const degrees = Math.atan2(east, north) / RADIANS;
  return degrees < 0 ? (degrees + 360) % 360 : degrees;
}

export const isPlace = ({ lat, lon }: Place): boolean => Math.abs(lat) <= 90 && Math.abs(lon) <= 180;

/** The middle of places near each other, across the 180th meridian too; they come as the parts of their vectors, one after the other. */
export function middleOf(vectors: Float64Array): Place {
  let [x, y, z] = [0, 0, 0];
  for (let i = 0; i < vectors.length; i += 3) {
    x += vectors[i]!;
    y += vectors[i + 1]!;
    z += vectors[i + 2]!;
  }
  return { lat: Math.atan2(z, Math.hypot(x, y)) / RADIANS, lon: Math.atan2(y, x) / RADIANS };
}

/** On the sphere of radius 1. */
export function vectorOf({ lat, lon }: Place): [number, number, number] {
  const across = Math.cos(lat * RADIANS);
  return [across * Math.cos(lon * RADIANS), across * Math.sin(lon * RADIANS), Math.sin(lat * RADIANS)];
}
