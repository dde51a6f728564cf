export * from './kernel/decider.js';
