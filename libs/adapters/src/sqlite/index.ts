export { openSqliteViewStore, type SqliteViewStoreConfig } from './view-store.js';
export * from './event-log/index.js';
