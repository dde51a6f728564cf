/** Where a device was: columns of latitude and longitude become a track that never jumps around the world. */

export interface TrackPoint {
  time: number;
  lat: number;
  /** Unwrapped: may pass 180 where the track crosses the antimeridian. */
  lon: number;
}

/** More than this is not told apart on a map; every second one of the older half is let go. */
export const TRACK_MAX = 5_000;

type Numbers = readonly (number | string | boolean | null)[];

/** Pairs the columns; where a downsampled answer holds only one of the two at a time, the other is taken between its neighbours. */
export function toTrack(time: readonly number[], lat: Numbers, lon: Numbers): TrackPoint[] {
  const lats = filled(time, lat);
  const lons = filled(time, lon);
  const track: TrackPoint[] = [];
  time.forEach((at, index) => {
    const point = { time: at, lat: lats[index] ?? NaN, lon: lons[index] ?? NaN };
    if (!Number.isNaN(point.lat) && !Number.isNaN(point.lon)) addToTrack(track, point);
  });
  return track;
}

export function addToTrack(track: TrackPoint[], point: TrackPoint): void {
  let at = track.length;
  while (at > 0 && (track[at - 1]?.time ?? 0) > point.time) at -= 1;
  const before = track[at - 1];
  if (before && before.time === point.time && before.lat === point.lat && (before.lon - point.lon) % 360 === 0) return;
  track.splice(at, 0, { ...point, lon: before ? near(point.lon, before.lon) : point.lon });
  if (track.length > TRACK_MAX) thinOlderHalf(track);
}

/** The same meridian, counted so that it is less than half a turn away. */
export const near = (lon: number, from: number): number => lon + 360 * Math.round((from - lon) / 360);

function thinOlderHalf(track: TrackPoint[]): void {
  const half = track.splice(0, track.length >> 1).filter((_, at) => at % 2 === 0);
  track.unshift(...half);
}

function filled(time: readonly number[], column: Numbers): number[] {
  const values = time.map((_, at) => (typeof column[at] === 'number' ? (column[at] as number) : NaN));
  let last = -1;
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    for (let gap = last + 1; last >= 0 && gap < at; gap += 1) values[gap] = between(time, values, last, at, gap);
    last = at;
  });
  return values;
}

function between(time: readonly number[], values: number[], a: number, b: number, at: number): number {
  const [from, to, here] = [time[a] ?? 0, time[b] ?? 0, time[at] ?? 0];
  const part = to === from ? 0 : (here - from) / (to - from);
  return (values[a] ?? 0) + part * ((values[b] ?? 0) - (values[a] ?? 0));
}

/** Cuts into at most `count` pieces of equal time, each beginning where the one before ends. */
export function slices(track: readonly TrackPoint[], from: number, to: number, count: number): { share: number; points: TrackPoint[] }[] {
  const pieces: { share: number; points: TrackPoint[] }[] = [];
  let before: TrackPoint | undefined;
  for (const point of track) {
    const share = Math.max(0, Math.min(1, (point.time - from) / Math.max(1, to - from)));
    const piece = pieces.at(-1);
    if (piece && placeOf(piece.share, count) === placeOf(share, count)) piece.points.push(point);
    else {
      piece?.points.push(point);
      pieces.push({ share, points: before && !piece ? [before, point] : [point] });
    }
    before = point;
  }
  return pieces;
}

const placeOf = (share: number, count: number): number => Math.min(count - 1, Math.floor(share * count));
