export * from './server-secret.js';
