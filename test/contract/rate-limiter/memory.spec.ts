import { createMemoryRateLimiter } from '#adapters/memory';
import { rateLimiterContract } from './rate-limiter.contract.js';

rateLimiterContract('in memory', async () => {
  const limiter = createMemoryRateLimiter();
  let now = 1_777_000_000_000;
  return { one: limiter, other: limiter, now: () => now, wait: async (ms) => void (now += ms), close: () => limiter.close() };
});
