import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, places, run, textOf } from '../testing/series.js';
import { commute } from '../testing/commute.js';
import { distanceBetween } from './sphere.js';
import { trips } from './trips.js';

const MINUTE = 60_000;

interface Day {
  time: number[];
  lat: number[];
  lon: number[];
  stays: { start: number; end: number; lat: number; lon: number }[];
  trips: { start: number; end: number; distance: number }[];
}
const { day } = fixture<{ day: Day }>('places');

describe('trips', () => {
  it('finds the stays that are such by definition, and what lies between them', () => {
    const result = run(trips, [places(day.time, day.lat, day.lon)]);
    const kind = textOf(result, 'kind');
    const of = (which: string, name: string) => columnOf(result, name).filter((_, row) => kind[row] === which);
    expect(of('stop', 'start')).toEqual(day.stays.map(({ start }) => start));
    expect(of('stop', 'end')).toEqual(day.stays.map(({ end }) => end));
    expectClose(
      of('stop', 'startLat'),
      day.stays.map(({ lat }) => lat),
    );
    expectClose(
      of('stop', 'startLon'),
      day.stays.map(({ lon }) => lon),
    );
    expect(of('trip', 'start')).toEqual(day.trips.map(({ start }) => start));
    expect(of('trip', 'end')).toEqual(day.trips.map(({ end }) => end));
    expectClose(
      of('trip', 'distance'),
      day.trips.map(({ distance }) => distance),
    );
  });

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
