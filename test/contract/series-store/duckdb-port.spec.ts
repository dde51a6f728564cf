/** The same store, asked over a MessagePort as from another thread; closing the connection closes the store behind it here. */
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { connectSeriesStore, openDuckDbSeriesStore, serveSeriesStore } from '#adapters/duckdb';
import { MemorySeriesStore } from '#adapters/memory';
import type { SeriesStore } from '#ports';
import { seriesStoreContract } from './series-store-contract.js';

seriesStoreContract('DuckDB over a port', async (dir) => {
  const store = await openDuckDbSeriesStore({ dir });
  const { port1, port2 } = new MessageChannel();
  serveSeriesStore(store, port1);
  const connected = connectSeriesStore(port2);
  const disconnect = connected.close.bind(connected);
  return Object.assign(connected, {
    close: async () => {
      await disconnect();
      await store.close();
    },
  });
});

describe('a series store over a port', () => {
  const connect = (store: SeriesStore) => {
    const { port1, port2 } = new MessageChannel();
    return { served: serveSeriesStore(store, port1), connected: connectSeriesStore(port2) };
  };

  it('rejects what was not answered when the other side goes away', async () => {
    const silent = Object.assign(new MemorySeriesStore(), { checkpoint: () => new Promise<number>(() => {}) });
    const { served, connected } = connect(silent);
    const asked = connected.checkpoint();
    served.close();
    await expect(asked).rejects.toMatchObject({ code: 'overload.stopping' });
    await expect(connected.digest()).rejects.toMatchObject({ code: 'overload.stopping' });
  });

  it('carries an error as its code and message', async () => {
    const failing = Object.assign(new MemorySeriesStore(), { digest: () => Promise.reject(new Error('no disk')) });
    const { connected } = connect(failing);
    await expect(connected.digest()).rejects.toMatchObject({ name: 'SeriesStoreError', code: 'defect', message: 'no disk' });
    await connected.close();
  });
});
