/** Natural Earth's countries as rings in the unit square of Web Mercator, ready to be clipped and drawn on canvas tiles. */
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarseUrl from 'world-atlas/countries-110m.json?url';
import fineUrl from 'world-atlas/countries-50m.json?url';

export interface Outline {
  /** x, y, x, y, …; the world is 0…1, a ring over the antimeridian goes beyond. */
  points: Float64Array;
  box: [left: number, top: number, right: number, bottom: number];
}

export interface BaseMap {
  land: Outline[];
  borders: Outline[];
}

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>;
type Position = number[];

const loading = new Map<string, Promise<BaseMap>>();

export function loadBaseMap(detail: 'coarse' | 'fine'): Promise<BaseMap> {
  const url = detail === 'coarse' ? coarseUrl : fineUrl;
  const known = loading.get(url);
  if (known) return known;
  const promise = fetch(url)
    .then((response) => response.json() as Promise<Atlas>)
    .then(build);
  promise.catch(() => loading.delete(url));
  loading.set(url, promise);
  return promise;
}

function build(atlas: Atlas): BaseMap {
  const land: Outline[] = [];
  for (const country of feature(atlas, atlas.objects.countries).features) {
    const { geometry } = country;
    if (geometry?.type === 'Polygon') land.push(...geometry.coordinates.map(outline));
    else if (geometry?.type === 'MultiPolygon') land.push(...geometry.coordinates.flat().map(outline));
  }
  const borders = mesh(atlas, atlas.objects.countries, (a, b) => a !== b).coordinates.map(outline);
  return { land, borders };
}

/** Goes on over the antimeridian instead of jumping back, and closes a ring around a pole at that pole; may leave 0…1. */
export function outline(positions: Position[]): Outline {
  const path = aroundPole(unwrapped(positions));
  const points = new Float64Array(path.length * 2);
  const box: Outline['box'] = [Infinity, Infinity, -Infinity, -Infinity];
  path.forEach(([lon = 0, lat = 0], at) => {
    const [x, y] = toUnit(lat, lon);
    points[at * 2] = x;
    points[at * 2 + 1] = y;
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  });
  return { points, box };
}

function unwrapped(positions: Position[]): Position[] {
  let before = positions[0]?.[0] ?? 0;
  return positions.map(([lon = 0, lat = 0]) => {
    before = lon + 360 * Math.round((before - lon) / 360);
    return [before, lat];
  });
}

function aroundPole(path: Position[]): Position[] {
  const [first, last] = [path[0], path.at(-1)];
  if (!first || !last || Math.abs((last[0] ?? 0) - (first[0] ?? 0)) < 359) return path;
  const pole = (first[1] ?? 0) < 0 ? -90 : 90;
  return [...path, [last[0] ?? 0, pole], [first[0] ?? 0, pole]];
}

const LAT_MAX = 85.05112878;

export function toUnit(lat: number, lon: number): [x: number, y: number] {
  const sine = Math.sin((Math.max(-LAT_MAX, Math.min(LAT_MAX, lat)) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

export function fromUnit(x: number, y: number): [lat: number, lon: number] {
  return [(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, (x - 0.5) * 360];
}
