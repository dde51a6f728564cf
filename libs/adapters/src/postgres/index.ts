export { openPostgresViewStore, type PostgresViewStore, type PostgresViewStoreConfig } from './view-store.js';
