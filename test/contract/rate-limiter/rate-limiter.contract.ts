/** What every rate limiter does, whether its budgets are one replica's or shared by all. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RateLimit, RateLimiter } from '#ports';

export interface RateLimiterUnderTest {
  /** Two replicas that share their budgets; the same object where there is but one. */
  one: RateLimiter;
  other: RateLimiter;
  now(): number;
  /** Resolves when so much time has passed on the clock that budgets go by. */
  wait(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** It refills while a test runs: what may have come in meanwhile is allowed for by a rate that is low against the capacity. */
const SLOW: RateLimit = { ratePerSecond: 0.1, capacity: 200 };
const FAST: RateLimit = { ratePerSecond: 100, capacity: 10 };

export function rateLimiterContract(name: string, open: () => Promise<RateLimiterUnderTest>): void {
  describe(`RateLimiter: ${name}`, () => {
    let sut: RateLimiterUnderTest;
    beforeEach(async () => (sut = await open()));
    afterEach(() => sut.close());
    const takeAll = async (limiter: RateLimiter, key: string, count: number, limit = SLOW): Promise<number> => {
      const taken = await Promise.all(Array.from({ length: count }, async () => limiter.budget(key, limit, sut.now()).take(1, sut.now())));
      return taken.filter(Boolean).length;
    };

    it('lets a burst of the whole capacity through, and refuses the next', async () => {
      expect(await takeAll(sut.one, 'k1', 200)).toBe(200);
      expect(await takeAll(sut.one, 'k1', 1)).toBe(0);
    });

    it('takes nothing where there is less than was asked for', async () => {
      const budget = sut.one.budget('k1', SLOW, sut.now());
      expect(await budget.take(201, sut.now())).toBe(false);
      expect(await budget.take(200, sut.now())).toBe(true);
    });

    it('refills at its rate, and never above its capacity', async () => {
      expect(await takeAll(sut.one, 'k1', 10, FAST)).toBe(10);
      await sut.wait(50);
      expect(await takeAll(sut.one, 'k1', 1, FAST)).toBe(1);
      await sut.wait(500);
      const before = sut.now();
      const taken = await takeAll(sut.one, 'k1', 50, FAST);
      expect(taken).toBeLessThanOrEqual(FAST.capacity + 1 + ((sut.now() - before) / 1_000) * FAST.ratePerSecond);
    });

    it('keeps the budgets of different names apart', async () => {
      expect(await takeAll(sut.one, 'k1', 200)).toBe(200);
      expect(await takeAll(sut.one, 'k2', 200)).toBe(200);
    });

    it('has one budget for one name, in every replica', async () => {
      expect(await takeAll(sut.one, 'k1', 120)).toBe(120);
      const left = await takeAll(sut.other, 'k1', 120);
      // What the first took in advance for itself is all that may be missing.
      expect(left).toBeLessThanOrEqual(80);
      expect(left).toBeGreaterThanOrEqual(60);
    });

    it('lets replicas that are asked at once through to the capacity together, not once each', async () => {
      const [one, other] = await Promise.all([takeAll(sut.one, 'k1', 190), takeAll(sut.other, 'k1', 190)]);
      expect(one + other).toBeLessThanOrEqual(200);
      expect(one + other).toBeGreaterThanOrEqual(190);
    });

    it('is charged below zero, and is empty until that is paid off, in every replica', async () => {
      const [one, other] = [sut.one, sut.other].map((limiter) => limiter.budget('k1', { ratePerSecond: 100, capacity: 10 }, sut.now()));
      one!.charge(60, sut.now());
      expect(one!.isEmpty(sut.now())).toBe(true);
      expect(one!.remaining()).toBe(0);
      expect(one!.secondsUntil(10)).toBe(1);
      other!.charge(0, sut.now());
      while (!other!.isEmpty(sut.now())) await sut.wait(1);
      while (one!.isEmpty(sut.now()) || other!.isEmpty(sut.now())) await sut.wait(10);
    });

    it('says how much is left, and in how many seconds there is more', async () => {
      const budget = sut.one.budget('k1', SLOW, sut.now());
      expect(await budget.take(150, sut.now())).toBe(true);
      expect(budget.remaining()).toBe(50);
      expect(budget.secondsUntil(50)).toBe(1);
      expect(budget.secondsUntil(60)).toBeGreaterThanOrEqual(99);
      expect(budget.secondsUntil(60)).toBeLessThanOrEqual(100);
    });

    it('gives nothing for a clock that goes backwards', async () => {
      const now = sut.now();
      expect(await takeAll(sut.one, 'k1', 200)).toBe(200);
      expect(await sut.one.budget('k1', SLOW, now - 5_000).take(1, now - 5_000)).toBe(false);
      expect(await sut.one.budget('k1', SLOW, now).take(1, now)).toBe(false);
    });
  });
}
