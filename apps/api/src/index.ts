export { createApi, type Api, type CreateApi } from './create-api.js';
export { ApiModule, type ApiConfig, type ApiPorts } from './api.module.js';
export type { ShardSource } from '#platform';
