import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import { describe, expect, it } from 'vitest';
import { fromUnit, outline, toUnit } from './basemap.js';

const atlas = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('world-atlas/countries-110m.json'), 'utf8'));

describe('base map', () => {
  it('goes there and back between degrees and the unit square', () => {
    const [lat, lon] = fromUnit(...toUnit(47.37, 8.54));
    expect(lat).toBeCloseTo(47.37, 9);
    expect(lon).toBeCloseTo(8.54, 9);
  });

  it('never draws a line around the world: no outline of Natural Earth has one', () => {
    const countries = feature(atlas, atlas.objects.countries) as unknown as GeoJSON.FeatureCollection<
      GeoJSON.Polygon | GeoJSON.MultiPolygon
    >;
    const rings = countries.features.flatMap(({ geometry }) =>
      geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat(),
    );
    expect(rings.length).toBeGreaterThan(200);
    for (const ring of rings) {
      const { points } = outline(ring);
      // The last two points close a ring around a pole, along the edge of the map.
      for (let at = 2; at < points.length - 4; at += 2) expect(Math.abs(points[at]! - points[at - 2]!)).toBeLessThan(0.5);
    }
  });

  it('closes a ring around the south pole at the pole', () => {
    const { points, box } = outline([
      [-180, -70],
      [-90, -75],
      [0, -70],
      [90, -75],
      [180, -70],
    ]);
    expect(points.length).toBe(14);
    expect(box[3]).toBeCloseTo(toUnit(-85.05112878, 0)[1], 6);
  });
});
