import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRedisRateLimiter, type RedisRateLimiter } from '#adapters/redis';
import { redisIsHere, startRedis } from '../../support/servers/redis.js';
import type { TestServer } from '../../support/servers/server-process.js';
import { rateLimiterContract } from './rate-limiter.contract.js';

describe.skipIf(!redisIsHere)('with a real server', () => {
  let server: TestServer;
  let suites = 0;
  beforeAll(async () => (server = await startRedis()));
  afterAll(() => server.stop());

  rateLimiterContract('Redis', async () => {
    const config = { url: server.url, name: `test${suites++}` };
    const [one, other] = await Promise.all([openRedisRateLimiter(config), openRedisRateLimiter(config)]);
    return {
      one,
      other,
      now: Date.now,
      wait: (ms) => sleep(ms),
      async close() {
        await Promise.all([one.close(), other.close()]);
      },
    };
  });

  describe('rate limits over Redis', () => {
    const LIMIT = { ratePerSecond: 0.01, capacity: 100 };
    let sut: RedisRateLimiter;
    let other: RedisRateLimiter;
    beforeEach(async () => {
      const config = { url: server.url, name: `test${suites++}` };
      [sut, other] = await Promise.all([openRedisRateLimiter(config), openRedisRateLimiter(config)]);
    });
    afterEach(() => Promise.all([sut.close(), other.close()]));

    const takeAll = async (limiter: RedisRateLimiter, count: number, key = 'k1'): Promise<number> => {
      let taken = 0;
      for (let n = 0; n < count; n++) if (await limiter.budget(key, LIMIT, Date.now()).take(1, Date.now())) taken++;
      return taken;
    };
    const asked = (limiter: RedisRateLimiter): number => limiter.figures().asked!;

    it('asks Redis for many requests at once, and for none that must be refused', async () => {
      expect(await takeAll(sut, 100)).toBe(100);
      expect(asked(sut)).toBeLessThanOrEqual(100 / 5 + 20);
      const before = asked(sut);
      expect(await takeAll(sut, 1_000)).toBe(0);
      expect(asked(sut)).toBe(before);
    });

    it('tells together what is charged within a moment', async () => {
      const budget = sut.budget('k1', LIMIT, Date.now());
      for (let n = 0; n < 1_000; n++) budget.charge(1, Date.now());
      const there = other.budget('k1', LIMIT, Date.now());
      while (!there.isEmpty(Date.now())) {
        there.charge(0, Date.now());
        await sleep(5);
      }
      expect(asked(sut)).toBeLessThan(10);
    });

    it('decides alone, at once and by the whole limit, while Redis is away, and together again afterwards', async () => {
      expect(await takeAll(sut, 60)).toBe(60);
      await server.kill();
      const isAway = (): Promise<boolean> =>
        sut.health().then(
          () => false,
          () => true,
        );
      while (!(await isAway())) await sleep(1);
      const results = Array.from({ length: 150 }, () => sut.budget('k1', LIMIT, Date.now()).take(1, Date.now()));
      expect(results.filter((taken) => taken === true)).toHaveLength(100);
      expect(results.filter((taken) => taken === false)).toHaveLength(50);
      await expect(sut.health()).rejects.toThrow('Redis is away');
      await server.restart();
      // Some forty are left of what both share.
      const isTogether = async (): Promise<boolean> => {
        const before = sut.figures();
        await sleep(20);
        await takeAll(sut, 1);
        return sut.figures().asked! > before.asked! && sut.figures().unanswered === before.unanswered;
      };
      while (!(await isTogether()));
      expect(await takeAll(sut, 100)).toBeLessThanOrEqual(40);
    });

    it('waits only a moment for a Redis that is frozen, and asks no more for a while', async () => {
      await server.pause();
      const before = performance.now();
      expect(await sut.budget('k1', LIMIT, Date.now()).take(1, Date.now())).toBe(true);
      expect(performance.now() - before).toBeLessThan(2_000);
      expect(sut.budget('k1', LIMIT, Date.now()).take(1, Date.now())).toBe(true);
      expect(sut.budget('k2', LIMIT, Date.now()).take(1, Date.now())).toBe(true);
      expect(sut.figures().unanswered).toBe(1);
      await server.resume();
    });

    it('leaves nothing in Redis of a budget that is full again', async () => {
      await sut.budget('k1', { ratePerSecond: 1_000, capacity: 10 }, Date.now()).take(1, Date.now());
      const client = new Redis(server.url);
      const [key] = await client.keys(`test${suites - 1}:limit:*`);
      expect(await client.pttl(key!)).toBeGreaterThan(0);
      expect(await client.pttl(key!)).toBeLessThanOrEqual(1_010);
      client.disconnect();
    });

    it('opened where there is no Redis, says so in one line', async () => {
      await expect(openRedisRateLimiter({ url: 'redis://:x@127.0.0.1:1' })).rejects.toThrow(
        /^REDIS_URL redis:\/\/:\*\*\*@127\.0\.0\.1:1: connect ECONNREFUSED/,
      );
    });
  });
});
