import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { median, medianDistance, newWindow, push } from './sorted-window.js';

interface Reference {
  name: string;
  window: number;
  values: number[];
  median: number[];
  deviation: number[];
}
const references = JSON.parse(readFileSync(new URL('fixtures/medians.json', import.meta.url), 'utf8')) as Reference[];

describe.each(references)('$name values, $window at a time', ({ window: size, values, median: medians, deviation: deviations }) => {
  it('have the medians and median absolute deviations that SciPy finds', () => {
    const sut = newWindow();
    values.forEach((value, i) => {
      push(sut, value, size);
      expect(median(sut)).toBe(medians[i]);
      expect(medianDistance(sut, median(sut))).toBeCloseTo(deviations[i]!, 12);
    });
  });
});

it('keeps the last readings, sorted', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (values, size) => {
      const sut = newWindow();
      values.forEach((value) => push(sut, value, size));
      expect(sut.sorted).toEqual(values.slice(-size).sort((a, b) => a - b));
    }),
  );
});
