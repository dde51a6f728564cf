import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import { openRedisRateLimiter } from '#adapters/redis';
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
});
