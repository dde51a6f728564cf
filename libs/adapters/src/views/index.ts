export * from './server-secret.js';
export * from './rebuild-requests.js';
export * from './device-digest.js';
