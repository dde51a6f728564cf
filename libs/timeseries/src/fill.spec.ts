import { describe, expect, it } from 'vitest';
import { fillLinear, fillPrevious, fillZero } from './fill.js';

const gaps = Float64Array.of(NaN, 1, NaN, NaN, 4, NaN);

describe('filling gaps', () => {
  it('carries the value before, once there is one', () => {
    expect([...fillPrevious(gaps)]).toEqual([NaN, 1, 1, 1, 4, 4]);
    expect(fillPrevious([null, 'a', null])).toEqual([null, 'a', 'a']);
  });

  it('draws a line in time, not by index, and nothing beyond the ends', () => {
    const filled = fillLinear(Float64Array.of(0, 10, 20, 30, 70, 80), gaps);
    expect([...filled]).toEqual([NaN, 1, 1.5, 2, 4, NaN]);
  });

  it('puts zeros', () => expect([...fillZero(gaps)]).toEqual([0, 1, 0, 0, 4, 0]));

  it('leaves what it was given as it was', () => {
    fillPrevious(gaps);
    fillZero(gaps);
    expect([...gaps]).toEqual([NaN, 1, NaN, NaN, 4, NaN]);
  });
});
