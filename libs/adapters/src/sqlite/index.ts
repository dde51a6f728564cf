export { openSqliteViewStore, type SqliteViewStoreConfig } from './view-store.js';
