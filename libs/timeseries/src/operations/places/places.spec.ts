import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { column, columnOf, expectClose, fixture, places, run, textOf, type Numbers } from '../testing/series.js';
import { geofence } from './geofence.js';
import { isInside, ringOf } from './ring.js';
import { distanceBetween, middleOf, vectorOf } from './sphere.js';
import { track } from './track.js';
import { trips } from './trips.js';

interface Track {
  time: number[];
  lat: number[];
  lon: number[];
  speed: number[];
  distance: number[];
  heading: number[];
}
interface Reference {
  city: Track;
  antimeridian: Track;
  star: [number, number][];
  probes: [number, number][];
  inside: boolean[];
}
const reference = fixture<Reference>('places');
const MINUTE = 60_000;
/** About 111 m of latitude. */
const STEP = 0.001;

describe('track', () => {
  it.each(['city', 'antimeridian'] as const)('agrees with vectors on the sphere: %s', (name) => {
    const { time, lat, lon, speed, distance, heading } = reference[name];
    const result = run(track, [places(time, lat, lon)]);
    expectClose(columnOf(result, 'distance'), distance);
    expectClose(columnOf(result, 'speed').slice(1), speed);
    expectClose(columnOf(result, 'heading').slice(1), heading);
    expect(result.summary.fields).toMatchObject([{ outliers: 0, distance: columnOf(result, 'distance').at(-1) }]);
  });

  it('marks a jump that cannot be, and does not count it', () => {
    const result = run(track, [places([0, 1e4, 2e4, 3e4], [48, 48 + STEP, 10, 48 + 2 * STEP], [11, 11, 11, 11])]);
    expect(columnOf(result, 'outlier')).toEqual([0, 0, 1, 0]);
    expect(columnOf(result, 'speed')[2]).toBe(NaN);
    expect(columnOf(result, 'distance')[3]).toBeCloseTo(2 * 111.195, 2);
  });

  it('believes the places that agree where the first one was wrong', () => {
    const result = run(track, [places([0, 1e4, 2e4, 3e4, 4e4], [0, 48, 48, 48, 48], [0, 11, 11, 11, 11])]);
    expect(columnOf(result, 'outlier')).toEqual([1, 0, 0, 0, 0]);
    expect(columnOf(result, 'distance').slice(1)).toEqual([0, 0, 0, 0]);
  });

  it('starts anew, without counting the way, where a device turns up elsewhere', () => {
    const lat = [48, 48, 48, 48, 10, 10, 10, 10 + STEP];
    const result = run(track, [
      places(
        [...lat.keys()].map((k) => k * 1e4),
        lat,
        Array<number>(8).fill(11),
      ),
    ]);
    expect(columnOf(result, 'outlier')).toEqual(Array(8).fill(0));
    expect(columnOf(result, 'distance').at(-1)).toBeCloseTo(111.195, 2);
  });

  it('does not take the jitter of a standing receiver for a way', () => {
    const lat = Array.from({ length: 50 }, (_, k) => 48 + (k % 2) * 0.00005);
    const result = run(
      track,
      [
        places(
          [...lat.keys()].map((k) => k * 1e4),
          lat,
          Array<number>(50).fill(11),
        ),
      ],
      { stepMin: 20 },
    );
    expect(columnOf(result, 'distance').at(-1)).toBe(0);
  });

  it('has no speed between equal times, nor where there is no place', () => {
    const result = run(track, [places([0, 0, 1e4, 2e4], [48, 48, null, 48], [11, 11, 11, 200])]);
    expect(columnOf(result, 'speed')).toEqual([NaN, NaN, NaN, NaN]);
    expect(columnOf(result, 'distance')).toEqual([0, 0, NaN, NaN]);
    expect(columnOf(run(track, [places([], [], [])]), 'speed')).toEqual([]);
  });

  it('is as long backwards as forwards, and wherever the meridians are counted from', () => {
    const way = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(way, fc.integer({ min: -180, max: 179 }), (steps, turn) => {
        const lat = steps.map(([it]) => 40 + it * 1e-4);
        const lon = steps.map(([, it]) => it * 1e-4);
        const of = (a: number[], b: number[]) =>
          columnOf(
            run(track, [
              places(
                [...a.keys()].map((k) => k * MINUTE),
                a,
                b,
              ),
            ]),
            'distance',
          ).at(-1)!;
        const turned = lon.map((it) => ((it + turn + 540) % 360) - 180);
        expect(of(lat.toReversed(), lon.toReversed())).toBeCloseTo(of(lat, lon), 5);
        expect(of(lat, turned)).toBeCloseTo(of(lat, lon), 3);
      }),
    );
  });
});

/** Ten minutes at home, ten on the way (a reading a minute, 111 m each), ten at work. */
const home = Array<number>(10).fill(48);
const onTheWay = Array.from({ length: 10 }, (_, k) => 48 + (k + 1) * 10 * STEP);
const day = [...home, ...onTheWay, ...Array<number>(10).fill(48.11)];
const commute = (lon = 11) =>
  places(
    [...day.keys()].map((k) => k * MINUTE),
    day,
    day.map(() => lon),
  );

describe('trips', () => {
  it('finds the stops and the trip between them', () => {
    const result = run(trips, [commute()]);
    expect(textOf(result, 'kind')).toEqual(['stop', 'trip', 'stop']);
    expect(columnOf(result, 'start').map((it) => it / MINUTE)).toEqual([0, 9, 20]);
    expect(columnOf(result, 'end').map((it) => it / MINUTE)).toEqual([9, 20, 29]);
    expect(columnOf(result, 'duration')).toEqual([540, 660, 540]);
    expectClose(columnOf(result, 'distance'), [0, distanceBetween({ lat: 48, lon: 11 }, { lat: 48.11, lon: 11 }), 0]);
    expect(result.summary.fields).toMatchObject([{ trips: 1, stops: 2, moving: 660, standing: 1080 }]);
  });

  it('puts the middle of a stop where it is, on the 180th meridian too', () => {
    const lon = [179.9999, -179.9999, 179.9999, -179.9999];
    const result = run(trips, [
      places(
        [0, 2, 4, 6].map((it) => it * MINUTE),
        [0, 0, 0, 0],
        lon,
      ),
    ]);
    expect(textOf(result, 'kind')).toEqual(['stop']);
    expect(Math.abs(columnOf(result, 'startLon')[0]!)).toBeCloseTo(180, 6);
  });

  it('ends a trip at a long silence, where asked to', () => {
    const lat = [48, 48.01, 48.02, 48.2, 48.21, 48.22];
    const moving = places(
      [0, 1, 2, 62, 63, 64].map((it) => it * MINUTE),
      lat,
      lat.map(() => 11),
    );
    expect(textOf(run(trips, [moving]), 'kind')).toEqual(['trip']);
    expect(textOf(run(trips, [moving], { gapMax: '30m' }), 'kind')).toEqual(['trip', 'trip']);
  });

  it('gives nothing for nothing and for one place', () => {
    for (const few of [places([], [], []), places([1], [48], [11]), places([1, 2], [null, null], [1, 2])]) {
      expect(textOf(run(trips, [few]), 'kind')).toEqual([]);
    }
  });

  it('covers the whole time from the first place to the last, stretch after stretch', () => {
    const way = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: -3, max: 3 })), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(way, (steps) => {
        let [minutes, lat] = [0, 48];
        const rows = steps.map(([passed, moved]) => [(minutes += passed), (lat += moved * 5e-4)] as const);
        const result = run(trips, [
          places(
            rows.map(([it]) => it * MINUTE),
            rows.map(([, it]) => it),
            rows.map(() => 11),
          ),
        ]);
        const [start, end] = [columnOf(result, 'start'), columnOf(result, 'end')];
        expect(start[0]).toBe(rows[0]![0] * MINUTE);
        expect(end.at(-1)).toBe(rows.at(-1)![0] * MINUTE);
        expect(start.slice(1)).toEqual(end.slice(0, -1));
      }),
    );
  });
});

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

describe('the sphere', () => {
  it('has the middle of two places as far from one as from the other', () => {
    const place = fc.record({ lat: fc.double({ min: -80, max: 80, noNaN: true }), lon: fc.double({ min: -180, max: 180, noNaN: true }) });
    fc.assert(
      fc.property(place, fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), (a, north, east) => {
        const b = { lat: a.lat + north, lon: ((a.lon + east + 540) % 360) - 180 };
        const middle = middleOf(Float64Array.from([...vectorOf(a), ...vectorOf(b)]));
        expect(distanceBetween(a, middle)).toBeCloseTo(distanceBetween(middle, b), 2);
      }),
    );
  });
});
