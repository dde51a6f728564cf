import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LTTB_EXACT_MAX, lttb, minMaxLttb } from './lttb.js';
import { m4, m4Groups } from './m4.js';
import { mergePoints, type Points } from './points.js';

const curves = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -20, max: 20 })), { minLength: 1, maxLength: 300 })
  .map((steps): Points => {
    let now = 0;
    return { time: Float64Array.from(steps, ([step]) => (now += step)), value: Float64Array.from(steps, ([, value]) => value) };
  });
const rangeOf = ({ time }: Points) => ({ from: time[0]!, to: time.at(-1)! + 1 });
const pairsOf = ({ time, value }: Points): string[] => [...time].map((at, i) => `${at} ${value[i]}`);
const wave = (n: number): Points => ({
  time: Float64Array.from({ length: n }, (_, i) => i * 10),
  value: Float64Array.from({ length: n }, (_, i) => Math.sin(i / 50) * 10 + ((i * 7919) % 13)),
});

describe.each([
  ['LTTB', (curve: Points, points: number) => lttb(curve.time, curve.value, points)],
  ['MinMaxLTTB', (curve: Points, points: number) => minMaxLttb(curve.time, curve.value, points, rangeOf(curve))],
  ['M4', (curve: Points, points: number) => m4(curve.time, curve.value, points, rangeOf(curve))],
])('%s', (_name, reduce) => {
  it('gives at most the points asked for, all of them given ones, in order', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 1, max: 80 }), (curve, points) => {
        const few = reduce(curve, points);
        const given = new Set(pairsOf(curve));
        expect(few.time.length).toBeLessThanOrEqual(points);
        expect(few.time.length).toBeGreaterThan(0);
        expect(pairsOf(few).every((pair) => given.has(pair))).toBe(true);
        expect(few.time.every((time, i) => i === 0 || time >= few.time[i - 1]!)).toBe(true);
      }),
    );
  });

  it('gives everything where that is little', () => {
    fc.assert(
      fc.property(curves, (curve) => {
        expect(reduce(curve, curve.time.length)).toEqual(curve);
      }),
    );
  });

  it('keeps first and last', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 4, max: 80 }), (curve, points) => {
        const few = reduce(curve, points);
        expect(pairsOf(few).at(0)).toBe(pairsOf(curve).at(0));
        expect(pairsOf(few).at(-1)).toBe(pairsOf(curve).at(-1));
      }),
    );
  });
});

describe('LTTB', () => {
  it('keeps a lone spike', () => {
    const curve = { time: Float64Array.from({ length: 1_000 }, (_, i) => i), value: new Float64Array(1_000) };
    curve.value[567] = 50;
    expect([...lttb(curve.time, curve.value, 50).value]).toContain(50);
  });

  // Worked by hand from the thesis: buckets {1,2} and {3,4}; areas 15 against 5, then 12 against 9 (doubled).
  it('chooses the largest triangles', () => {
    const chosen = lttb(Float64Array.of(0, 1, 2, 3, 4, 5), Float64Array.of(0, 5, 0, 0, -4, 0), 4);
    expect([...chosen.time]).toEqual([0, 1, 4, 5]);
  });
});

describe('M4', () => {
  it('keeps the lowest and highest point of every stretch', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 4, max: 80 }), (curve, points) => {
        const { from, to } = rangeOf(curve);
        const groups = m4Groups(points);
        const groupOf = (time: number): number => Math.min(Math.floor((time - from) / ((to - from) / groups)), groups - 1);
        const highest = (some: Points): Map<number, number> => {
          const found = new Map<number, number>();
          some.time.forEach((time, i) => found.set(groupOf(time), Math.max(found.get(groupOf(time)) ?? -Infinity, some.value[i]!)));
          return found;
        };
        expect(highest(m4(curve.time, curve.value, points, { from, to }))).toEqual(highest(curve));
      }),
    );
  });
});

describe('MinMaxLTTB', () => {
  it('keeps the extremes of a long curve', () => {
    const curve = wave(LTTB_EXACT_MAX * 2);
    curve.value[70_001] = 500;
    curve.value[90_001] = -500;
    const few = minMaxLttb(curve.time, curve.value, 400, rangeOf(curve));
    expect(few.time.length).toBe(400);
    expect(Math.max(...few.value)).toBe(500);
    expect(Math.min(...few.value)).toBe(-500);
  });
});

describe('merging curves', () => {
  it('keeps every point, and pairs equal times in order', () => {
    const a = { time: Float64Array.of(1, 2, 2, 5), value: Float64Array.of(10, 20, 21, 50) };
    const b = { time: Float64Array.of(2, 3), value: Float64Array.of(200, 300) };
    const { time, values } = mergePoints([a, b]);
    expect([...time]).toEqual([1, 2, 2, 3, 5]);
    expect(values.map((column) => [...column])).toEqual([
      [10, 20, 21, NaN, 50],
      [NaN, 200, NaN, 300, NaN],
    ]);
  });
});
