export * from './command-queue.js';
export * from './event-log.js';
export * from './live-bus.js';
export * from './rate-limiter.js';
export * from './series-store.js';
export * from './view-store.js';
export * from './work-queue.js';
