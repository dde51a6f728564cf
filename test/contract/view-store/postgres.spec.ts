import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresViewStore } from '#adapters/postgres';
import { postgresIsHere, startPostgres, type PostgresServer } from '../../support/servers/postgres.js';
import { generationTablesContract } from './generation-tables.contract.js';
import { viewStoreContract, type ViewStoreUnderTest } from './view-store.contract.js';

describe.skipIf(!postgresIsHere)('with a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  const inDatabase = async (): Promise<ViewStoreUnderTest> => {
    const url = await server.freshDatabase();
    return {
      open: () => openPostgresViewStore({ url }),
      openReadonly: () => openPostgresViewStore({ url, readonly: true }),
      remove: async () => undefined,
    };
  };

  viewStoreContract('PostgreSQL', inDatabase);
  generationTablesContract('PostgreSQL', inDatabase);
});
