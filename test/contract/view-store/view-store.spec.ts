import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViewStore } from '#adapters/sqlite';
import { viewStoreContract } from './view-store.contract.js';

viewStoreContract('SQLite', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-views-'));
  return {
    open: () => openSqliteViewStore({ dir }),
    openReadonly: () => openSqliteViewStore({ dir, readonly: true }),
    remove: () => rm(dir, { recursive: true }),
  };
});
