import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pixelOf, snapped, stepOf, valueAt, valueByKey } from './dragging.js';

const axis = { min: 0, max: 40, top: 10, bottom: 210 };

describe('dragging a value along an axis', () => {
  it('takes steps that people count in', () => {
    expect(stepOf({ min: 0, max: 40 })).toBe(0.2);
    expect(stepOf({ min: -1e6, max: 1e6 })).toBe(10_000);
    expect(stepOf({ min: 0.001, max: 0.002 })).toBeCloseTo(0.000005, 12);
    expect(stepOf({ min: 5, max: 5 })).toBe(1);
  });

  it('is the value under the pointer, and stays within the axis', () => {
    expect(valueAt(110, axis)).toBe(20);
    expect(valueAt(-500, axis)).toBe(40);
    expect(valueAt(5_000, axis)).toBe(0);
  });

  it('comes back to the pixel it was taken from, but for a step', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (min, span) => {
        const own = { min, max: min + span, top: 0, bottom: 200 };
        const value = valueAt(73, own);
        expect(Math.abs(pixelOf(value, own) - 73)).toBeLessThan(1.01 * (stepOf(own) / span) * 200);
      }),
    );
  });

  it('leaves no dust of binary fractions', () => {
    expect(snapped(0.1 + 0.2, 0.1)).toBe(0.3);
    expect(valueByKey('ArrowUp', 0.1 + 0.2, { min: 0, max: 20 })).toBe(0.4);
  });

  it('goes by keys as sliders do', () => {
    expect(valueByKey('ArrowUp', 20, axis)).toBe(20.2);
    expect(valueByKey('ArrowDown', 20, axis)).toBe(19.8);
    expect(valueByKey('PageUp', 20, axis)).toBe(22);
    expect(valueByKey('Home', 20, axis)).toBe(0);
    expect(valueByKey('End', 20, axis)).toBe(40);
    expect(valueByKey('Tab', 20, axis)).toBeUndefined();
  });
});
