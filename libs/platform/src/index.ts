export * from './settings.js';
export * from './data-dir.js';
export * from './logging.js';
export * from './platform.module.js';
export * from './embedded.platform.js';
