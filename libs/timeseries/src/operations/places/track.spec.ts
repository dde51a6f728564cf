import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, places, run } from '../testing/series.js';
import { distanceBetween, middleOf, vectorOf } from './sphere.js';
import { track } from './track.js';

interface Track {
  time: number[];
  lat: number[];
  lon: number[];
  speed: number[];
  distance: number[];
  heading: number[];
}
const reference = fixture<Record<'city' | 'antimeridian', Track>>('places');
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

  it('believes three places that agree, not two', () => {
    const at = (...lat: number[]) =>
      columnOf(
        run(track, [
          places(
            [...lat.keys()].map((k) => k * 1e4),
            lat,
            lat.map(() => 11),
          ),
        ]),
        'outlier',
      );
    expect(at(48, 48, 48, 10, 10, 48)).toEqual([0, 0, 0, 1, 1, 0]);
    expect(at(48, 48, 48, 10, 10, 10)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('counts slow movement in steps of the length that counts', () => {
    const lat = Array.from({ length: 9 }, (_, k) => 48 + k * 0.0001);
    const result = run(
      track,
      [
        places(
          [...lat.keys()].map((k) => k * 1e4),
          lat,
          lat.map(() => 11),
        ),
      ],
      { stepMin: 40 },
    );
    expect(columnOf(result, 'distance').at(-1)).toBeCloseTo(88.96, 1);
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
