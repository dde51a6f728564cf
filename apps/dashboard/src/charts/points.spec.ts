import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropBefore, insertPoints, keepNewer, pauseOf, thin, toPoints, type Point } from './points.js';

const points = (...xs: number[]): Point[] => xs.map((x) => ({ x, y: x }));

describe('points of a chart', () => {
  it('passes over times at which this part has no value', () => {
    expect(toPoints([1, 2, 3], [10, null, 30])).toEqual([
      { x: 1, y: 10 },
      { x: 3, y: 30 },
    ]);
  });

  it('tells an outage from a rhythm', () => {
    const regular = points(...Array.from({ length: 50 }, (_, at) => at * 10));
    expect(pauseOf(regular)).toBe(80);
    expect(pauseOf(points(1, 1000))).toBe(Infinity);
  });

  it('puts a late value where its time belongs', () => {
    const sut = points(1, 5, 9);
    insertPoints(sut, [7], [70]);
    expect(sut.map((point) => point.x)).toEqual([1, 5, 7, 9]);
  });

  it('keeps two values of one time and drops the same value come twice', () => {
    const sut = points(1, 2);
    insertPoints(sut, [2, 2], [2, 3]);
    expect(sut).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: 2 },
      { x: 2, y: 3 },
    ]);
  });

  it('stays in order of time, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (times) => {
        const sut: Point[] = [];
        insertPoints(
          sut,
          times,
          times.map((_, at) => at),
        );
        const xs = sut.map((point) => point.x);
        expect(xs).toEqual([...xs].sort((a, b) => a - b));
        expect(xs).toHaveLength(times.length);
      }),
    );
  });

  it('keeps one point before the window, from where the line comes in', () => {
    const sut = points(1, 2, 3, 4);
    dropBefore(sut, 3.5);
    expect(sut.map((point) => point.x)).toEqual([3, 4]);
  });

  it('keeps what came live while the answer was on its way', () => {
    expect(keepNewer(points(1, 2, 3), points(2, 3, 4)).map((point) => point.x)).toEqual([1, 2, 3, 4]);
    expect(keepNewer([], points(4)).map((point) => point.x)).toEqual([4]);
  });

  it('never loses the highest and the lowest when it thins', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 500 }), (ys) => {
        const all = ys.map((y, x) => ({ x, y }));
        const sut = thin(all, 50);
        expect(sut.length).toBeLessThanOrEqual(Math.max(50, all.length <= 50 ? all.length : 50));
        expect(Math.max(...sut.map((point) => point.y))).toBe(Math.max(...ys));
        expect(Math.min(...sut.map((point) => point.y))).toBe(Math.min(...ys));
      }),
    );
  });
});
