import { describe, expect, it } from 'vitest';
import { lagMarks, periodMarks } from './period-marks.js';

describe('marks of an axis of lengths of time', () => {
  it('are periods that people know', () => {
    expect(periodMarks(1 / (40 * 86_400), 1 / 7_200, 8).map((frequency) => Math.round(1 / frequency / 3_600))).toContain(24);
    expect(periodMarks(1 / (40 * 86_400), 1 / 7_200, 8).length).toBeLessThanOrEqual(9);
  });

  it('are whole multiples of one length, with nothing in the middle', () => {
    expect(lagMarks(-7_200, 7_200, 5)).toEqual([-7_200, -3_600, 0, 3_600, 7_200]);
  });
});
