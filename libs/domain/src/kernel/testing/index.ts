export * from './devices.js';
export * from './given-when-then.js';
