/** The suites of those who read and write views, over PostgreSQL: the same queries give the same there. */
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { openPostgresViewStore } from '#adapters/postgres';
import type { ViewStore } from '#ports';
import { postgresIsHere, startPostgres, type PostgresServer } from '../../support/servers/postgres.js';

let server: PostgresServer;
const databases = new Map<string, Promise<string>>();

/** A folder's store is a database instead: the same one for everyone who names the folder. */
vi.mock(import('#adapters/sqlite'), async (load) => ({
  ...(await load()),
  async openSqliteViewStore({ dir, readonly = false }: { dir: string; readonly?: boolean }): Promise<ViewStore> {
    const database = databases.get(dir) ?? server.freshDatabase();
    databases.set(dir, database);
    return openPostgresViewStore({ url: await database, readonly, poolMax: 3 });
  },
}));

describe.skipIf(!postgresIsHere)('over PostgreSQL', async () => {
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  await import('../../../apps/api/src/admission/key-ring.spec.js');
  await import('../../../apps/api/src/doors/rest/doors.spec.js');
  await import('../../../apps/api/src/operator/operator.spec.js');
  await import('../../../apps/ingestor/src/dispatch/view-store-parking-lot.spec.js');
  await import('../../../libs/adapters/src/views/device-digest.spec.js');
  await import('../../../libs/adapters/src/views/server-secret.spec.js');
});
