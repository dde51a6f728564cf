import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViewStore } from '#adapters/sqlite';
import { generationTablesContract } from './generation-tables.contract.js';
import { viewStoreContract, type ViewStoreUnderTest } from './view-store.contract.js';

const inFolder = async (): Promise<ViewStoreUnderTest> => {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-views-'));
  return {
    open: () => openSqliteViewStore({ dir }),
    openReadonly: () => openSqliteViewStore({ dir, readonly: true }),
    remove: () => rm(dir, { recursive: true }),
  };
};

viewStoreContract('SQLite', inFolder);
generationTablesContract('SQLite', inFolder);
