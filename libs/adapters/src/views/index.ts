export * from './server-secret.js';
export * from './rebuild-requests.js';
export * from './device-digest.js';
export * from './generation-tables.js';
export * from './table-names.js';
export * from './analysis-results.js';
export * from './result-chunks.js';
export * from './alert-view.js';
