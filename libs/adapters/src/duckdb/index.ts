export { openDuckDbSeries, type DuckDbGenerationsConfig } from './duckdb-series-generations.js';
export { openDuckDbSeriesStore, type DuckDbSeriesConfig } from './duckdb-series-store.js';
export { connectSeriesStore, serveSeriesStore, type ServedSeriesStore } from './series-store-port.js';
