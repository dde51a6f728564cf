export { openRedisLiveBus, type RedisLiveBus, type RedisLiveBusConfig } from './live-bus.js';
export { openRedisRateLimiter, type RedisRateLimiter, type RedisRateLimiterConfig } from './rate-limiter.js';
