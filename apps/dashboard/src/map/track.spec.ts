import { describe, expect, it } from 'vitest';
import { addToTrack, slices, toTrack, TRACK_MAX } from './track.js';

describe('track', () => {
  it('goes on over the antimeridian instead of around the world', () => {
    expect(toTrack([1, 2], [0, 0], [179, -179]).map((point) => point.lon)).toEqual([179, 181]);
  });

  it('takes a missing half of a position between its neighbours', () => {
    expect(toTrack([0, 5, 10], [0, null, 10], [1, 2, 3])[1]).toEqual({ time: 5, lat: 5, lon: 2 });
  });

  it('leaves out what is no position at all', () => {
    expect(toTrack([0, 1], [null, 1], [null, 1])).toHaveLength(1);
  });

  it('puts a late position where it belongs and drops the same one come twice', () => {
    const sut = toTrack([0, 10], [0, 10], [0, 10]);
    addToTrack(sut, { time: 5, lat: 5, lon: 5 });
    addToTrack(sut, { time: 10, lat: 10, lon: 10 });
    expect(sut.map((point) => point.time)).toEqual([0, 5, 10]);
  });

  it('stays bounded', () => {
    const sut: ReturnType<typeof toTrack> = [];
    for (let time = 0; time < TRACK_MAX * 3; time += 1) addToTrack(sut, { time, lat: time / 1e5, lon: 0 });
    expect(sut.length).toBeLessThanOrEqual(TRACK_MAX);
    expect(sut.at(-1)?.time).toBe(TRACK_MAX * 3 - 1);
  });

  it('is cut by time into pieces that touch', () => {
    const pieces = slices(toTrack([0, 40, 60, 100], [0, 1, 2, 3], [0, 0, 0, 0]), 0, 100, 2);
    expect(pieces.map((piece) => piece.points.map((point) => point.time))).toEqual([
      [0, 40, 60],
      [60, 100],
    ]);
  });
});
