import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, commute } from '../testing/commute.js';
import { column, columnOf, fixture, places, run, type Numbers } from '../testing/series.js';
import { geofence } from './geofence.js';
import { isInside, ringOf } from './ring.js';

interface Reference {
  star: [number, number][];
  probes: [number, number][];
  inside: boolean[];
  visitor: { places: [number, number][]; enter: number[]; exit: number[] };
}
const reference = fixture<Reference>('places');
const MINUTE = 60_000;

describe('a ring', () => {
  it('holds the places that winding numbers say it holds', () => {
    const ring = ringOf(reference.star);
    expect(reference.probes.map(([lat, lon]) => isInside(ring, { lat, lon }))).toEqual(reference.inside);
  });

  it('holds the same wherever it lies, across the 180th meridian too, whichever way its corners go', () => {
    fc.assert(
      fc.property(fc.integer({ min: -180, max: 180 }), fc.boolean(), (turn, back) => {
        const turned = (lon: number) => ((lon + turn + 540) % 360) - 180;
        const corners = reference.star.map(([lat, lon]) => [lat, turned(lon)] as const);
        const ring = ringOf(back ? corners.toReversed() : corners);
        expect(reference.probes.map(([lat, lon]) => isInside(ring, { lat, lon: turned(lon) }))).toEqual(reference.inside);
      }),
    );
  });

  it('holds its edge and its corners, and does not mind being closed', () => {
    for (const corners of [
      [
        [0, 0],
        [0, 2],
        [2, 2],
        [2, 0],
      ],
      [
        [0, 0],
        [0, 2],
        [2, 2],
        [2, 0],
        [0, 0],
      ],
    ] as [number, number][][]) {
      const ring = ringOf(corners);
      for (const [lat, lon] of [
        [0, 0],
        [2, 2],
        [1, 0],
        [0, 1],
        [1, 2],
        [2, 1],
        [1, 1],
      ] as const) {
        expect(isInside(ring, { lat, lon })).toBe(true);
      }
      for (const [lat, lon] of [
        [1, 2.001],
        [-0.001, 1],
        [1, -0.001],
      ] as const)
        expect(isInside(ring, { lat, lon })).toBe(false);
    }
  });

  it('holds the pole that it goes around', () => {
    const antarctic = ringOf([
      [-60, -180],
      [-65, -60],
      [-60, 60],
      [-62, 120],
    ]);
    for (const lon of [-180, -100, 0, 90, 180]) expect(isInside(antarctic, { lat: -80, lon })).toBe(true);
    expect(isInside(antarctic, { lat: -40, lon: 10 })).toBe(false);
    expect(isInside(antarctic, { lat: 80, lon: 10 })).toBe(false);
  });
});

describe('geofence', () => {
  it('sees the passages that winding numbers see', () => {
    const { places: visited, enter, exit } = reference.visitor;
    const hourly = visited.map((_, k) => k * 60 * MINUTE);
    const input = places(
      hourly,
      visited.map(([lat]) => lat),
      visited.map(([, lon]) => lon),
    );
    const result = run(geofence, [input], { polygon: reference.star });
    expect(columnOf(result, 'enter').map((it) => it / hourly[1]!)).toEqual(enter);
    expect(
      columnOf(result, 'exit')
        .filter(Number.isFinite)
        .map((it) => it / hourly[1]!),
    ).toEqual(exit);
  });

  const polygon = [
    [47.9, 10],
    [47.9, 12],
    [48.055, 12],
    [48.055, 10],
  ];

  it('gives enter and exit by the first reading on the other side', () => {
    const there = [...day, ...day.toReversed()];
    const result = run(
      geofence,
      [
        places(
          [...there.keys()].map((k) => k * MINUTE),
          there,
          there.map(() => 11),
        ),
      ],
      { polygon },
    );
    expect(columnOf(result, 'enter').map((it) => it / MINUTE)).toEqual([0, 45]);
    expect(columnOf(result, 'exit').map((it) => it / MINUTE)).toEqual([15, NaN]);
    expect(columnOf(result, 'entered')).toEqual([0, 1]);
    expect(columnOf(result, 'open')).toEqual([0, 1]);
    expect(columnOf(result, 'dwell')).toEqual([900, 840]);
    expect(result.summary.fields).toMatchObject([{ passages: 2, inside: true, dwell: 1740 }]);
  });

  it('gives them where the way crosses the edge, if asked to', () => {
    const result = run(geofence, [commute()], { polygon, crossing: 'interpolated' });
    expect(columnOf(result, 'exit')[0]! / MINUTE).toBeCloseTo(14.5, 6);
    expect(columnOf(result, 'exitLat')[0]!).toBeCloseTo(48.055, 8);
  });

  it('sees a passage across the 180th meridian', () => {
    const lon = [179, 179.5, -179.8, -179.2, -178];
    const pacific = [
      [-1, 179.7],
      [-1, -179],
      [1, -179],
      [1, 179.7],
    ];
    const way = places(
      [...lon.keys()].map((k) => k * 60 * MINUTE),
      lon.map(() => 0),
      lon,
    );
    const result = run(geofence, [way], { polygon: pacific, crossing: 'interpolated' });
    expect(columnOf(result, 'enterLon')[0]).toBeCloseTo(179.7, 6);
    expect(columnOf(result, 'exitLon')[0]).toBeCloseTo(-179, 6);
    expect(columnOf(result, 'enter')[0]! / MINUTE).toBeCloseTo(60 + (60 * 0.2) / 0.7, 4);
  });

  it('leaves short passages out, and jumps that cannot be', () => {
    expect(columnOf(run(geofence, [commute()], { polygon, dwellMin: '20m' }), 'enter')).toEqual([]);
    const glitch = places([0, 1e4, 2e4], [50, 48, 50], [11, 11, 11]);
    expect(columnOf(run(geofence, [glitch], { polygon }), 'enter')).toEqual([]);
  });

  it('gives nothing for nothing, and asks for an area', () => {
    expect(columnOf(run(geofence, [places([], [], [])], { polygon }), 'enter')).toEqual([]);
    expect(() => run(geofence, [commute()])).toThrow('"polygon" is missing');
  });

  it('is inside at the readings of its passages, and at no other', () => {
    const way = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(way, (steps) => {
        const lat: Numbers = steps.map((it) => 48 + it * 0.01 + 0.001);
        const input = places(
          [...lat.keys()].map((k) => k * MINUTE),
          lat,
          lat.map(() => 11),
        );
        const result = run(geofence, [input], { polygon, speedMax: 1_000 });
        const [enter, exit] = [columnOf(result, 'enter'), columnOf(result, 'exit')];
        const within = (time: number) => enter.some((from, row) => from <= time && !(exit[row]! <= time));
        expect([...input.time].map(within)).toEqual([...column(lat)].map((it) => it < 48.055));
      }),
    );
  });
});
