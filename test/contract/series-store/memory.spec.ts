import { MemorySeriesStore } from '#adapters/memory';
import { seriesStoreContract } from './series-store-contract.js';

seriesStoreContract('Memory', () => new MemorySeriesStore(), { durable: false, parts: true });
