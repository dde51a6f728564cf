export { openRedisLiveBus, type RedisLiveBus, type RedisLiveBusConfig } from './live-bus.js';
