export { createLiveBus, MemoryLiveBus, type LiveBusOptions } from './live-bus.js';
export { connectLiveBus, serveLiveBus } from './live-bus-port.js';
export { createMemoryEventLog, MemoryEventLog } from './event-log.js';
export { MemorySeriesStore } from './series-store.js';
export { createEmbeddedCommandQueue, EmbeddedCommandQueue, type EmbeddedCommandQueueConfig } from './command-queue.js';
export { createMemoryRateLimiter, TokenBucket, type MemoryRateLimiterConfig } from './rate-limiter.js';
export { createMemoryWorkQueue, MemoryWork, type MemoryWorkQueue } from './work-queue.js';
export { connectWorkQueue, receiveWork } from './work-queue-port.js';
export { connectCommandQueue, serveCommandQueue } from './command-queue-port.js';
