import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesInput } from '../operation.js';
import { column, columnOf, expectClose, fixture, run, type Numbers } from '../testing/series.js';
import { vector } from './vector.js';

interface Reference {
  vector: Record<'x' | 'y' | 'z' | 'magnitude' | 'tilt' | 'pitch' | 'roll' | 'rms' | 'rmsStill' | 'energy5to7' | 'energyAll', number[]>;
}
const { vector: reference } = fixture<Reference>('relations');

function acceleration(parts: Record<string, Numbers>, interval = 20): SeriesInput {
  const columns = Object.fromEntries(Object.entries(parts).map(([axis, values]) => [axis, column(values)]));
  const length = Object.values(parts)[0]?.length ?? 0;
  return { deviceId: 'd', field: 'acceleration', time: Float64Array.from({ length }, (_, k) => k * interval), parts: columns };
}
const { x, y, z } = reference;
const input = acceleration({ x, y, z });

describe('vector', () => {
  it('agrees with NumPy on magnitude and angles', () => {
    const result = run(vector, [input], { window: '1s' });
    for (const name of ['magnitude', 'tilt', 'pitch', 'roll'] as const) expectClose(columnOf(result, name), reference[name]);
  });

  it('agrees with NumPy on the shaking of the last second, with and without gravity', () => {
    expectClose(columnOf(run(vector, [input], { window: '1s' }), 'rms'), reference.rmsStill);
    expectClose(columnOf(run(vector, [input], { window: '1s', still: false }), 'rms'), reference.rms);
  });

  it('agrees with SciPy on the energy of a band, second by second', () => {
    const bySecond = (values: number[]) => [0, 50, 100, 150, 200].map((row) => values[row]!);
    const band = run(vector, [input], { window: '1s', bandFrom: 5, bandTo: 7 });
    expectClose(bySecond(columnOf(band, 'bandEnergy')), reference.energy5to7);
    expectClose(bySecond(columnOf(run(vector, [input], { window: '1s' }), 'bandEnergy')), reference.energyAll);
  });

  it('gives a magnitude, but no angles, of two axes', () => {
    const result = run(vector, [acceleration({ east: [3], north: [4] })]);
    expect(columnOf(result, 'magnitude')).toEqual([5]);
    expect(columnOf(result, 'tilt')).toEqual([NaN]);
  });

  it('leaves out readings without all axes, and has no angle of nothing', () => {
    const result = run(vector, [acceleration({ x: [1, null, 0], y: [0, 1, 0], z: [0, 1, 0] })]);
    expect(columnOf(result, 'magnitude')).toEqual([1, NaN, 0]);
    expect(columnOf(result, 'tilt')).toEqual([90, NaN, NaN]);
    expect(columnOf(result, 'rms')).toEqual([0, NaN, 0.5]);
  });

  it('gives nothing for nothing, and refuses a band that is none', () => {
    expect(columnOf(run(vector, [acceleration({ x: [], y: [], z: [] })]), 'rms')).toEqual([]);
    expect(() => run(vector, [input], { bandFrom: 8, bandTo: 3 })).toThrow('"bandTo" must lie above "bandFrom", which is 8 Hz');
  });

  it('forgets a jolt, however strong, when it has left the window', () => {
    const shakes = Array.from({ length: 900 }, (_, k) => (k === 100 ? 1e9 : k % 2));
    const rms = columnOf(run(vector, [acceleration({ a: shakes })], { window: '1s' }), 'rms');
    expectClose(rms.slice(-200), Array<number>(200).fill(0.5));
  });

  it('does not see gravity as shaking, however strong', () => {
    const parts = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(parts, fc.integer({ min: -1e6, max: 1e6 }), (pairs, gravity) => {
        const shaken = (by: number) => acceleration({ a: pairs.map(([it]) => it + by), b: pairs.map(([, it]) => it) });
        expectClose(
          columnOf(run(vector, [shaken(gravity)], { window: '1s' }), 'rms'),
          columnOf(run(vector, [shaken(0)], { window: '1s' }), 'rms'),
          1e-7,
        );
      }),
    );
  });
});
