export * from './every.js';
export * from './zone.js';
export * from './windows.js';
export * from './points.js';
export * from './lttb.js';
export * from './m4.js';
export * from './fill.js';
export * from './digest.js';
export type { DigestRows } from './seq-order.js';
