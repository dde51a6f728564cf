import { describe, expect, it } from 'vitest';
import { clipRing, runsNear, type Box } from './clip.js';

const box: Box = [0, 0, 10, 10];

describe('clipping', () => {
  it('keeps a ring that lies inside', () => {
    expect(clipRing([2, 2, 8, 2, 8, 8], box)).toHaveLength(6);
  });

  it('fills the box where the ring goes around it', () => {
    const xs = clipRing([-50, -50, 50, -50, 50, 50, -50, 50], box);
    expect(Math.min(...xs)).toBe(0);
    expect(Math.max(...xs)).toBe(10);
  });

  it('gives nothing for a ring elsewhere', () => {
    expect(clipRing([20, 20, 30, 20, 30, 30], box)).toEqual([]);
  });

  it('cuts a line into the runs that come near', () => {
    expect(runsNear([-20, 5, -15, 5, 5, 5, 30, 5, 30, 30], box)).toEqual([[-15, 5, 5, 5, 30, 5]]);
  });
});
