import { describe, expect, it } from 'vitest';
import { TokenBucket } from './rate-limiter.js';

describe('token bucket', () => {
  it('allows a burst of its capacity and refuses the next', () => {
    const sut = new TokenBucket(10, 3, 0);
    expect([1, 2, 3, 4].map(() => sut.take(1, 0))).toEqual([true, true, true, false]);
  });

  it('refills at its rate and never above its capacity', () => {
    const sut = new TokenBucket(10, 3, 0);
    sut.take(3, 0);
    expect(sut.take(1, 99)).toBe(false);
    expect(sut.take(1, 100)).toBe(true);
    expect(sut.take(4, 1e9)).toBe(false);
    expect(sut.remaining()).toBe(3);
  });

  it('may be charged below zero, and is empty until that is paid off', () => {
    const sut = new TokenBucket(10, 10, 0);
    sut.charge(30, 0);
    expect(sut.isEmpty(1_999)).toBe(true);
    expect(sut.secondsUntil(1)).toBe(1);
    expect(sut.isEmpty(2_100)).toBe(false);
  });

  it('gives nothing for a clock that goes backwards', () => {
    const sut = new TokenBucket(10, 1, 1_000);
    sut.take(1, 1_000);
    expect(sut.take(1, 0)).toBe(false);
  });
});
