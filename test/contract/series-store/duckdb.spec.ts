import { openDuckDbSeriesStore } from '#adapters/duckdb';
import { seriesStoreContract } from './series-store-contract.js';

seriesStoreContract('DuckDB', (dir) => openDuckDbSeriesStore({ dir }));
