import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresViewStore } from '#adapters/postgres';
import { postgresIsHere, startPostgres, type PostgresServer } from '../../support/servers/postgres.js';
import { viewStoreContract } from './view-store.contract.js';

describe.skipIf(!postgresIsHere)('with a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  viewStoreContract('PostgreSQL', async () => {
    const url = await server.freshDatabase();
    return {
      open: () => openPostgresViewStore({ url }),
      openReadonly: () => openPostgresViewStore({ url, readonly: true }),
      remove: async () => undefined,
    };
  });
});
