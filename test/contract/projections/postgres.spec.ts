/** The projector's own suites over PostgreSQL: whatever holds of the rows in SQLite holds of them there. */
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { openPostgresViewStore } from '#adapters/postgres';
import type { ViewStore } from '#ports';
import { postgresIsHere, startPostgres, type PostgresServer } from '../../support/servers/postgres.js';

let server: PostgresServer;

vi.mock(import('../../../apps/projector/src/testing/views.js'), async (load) => ({
  ...(await load()),
  async temporaryViews(): Promise<{ views: ViewStore; remove(): Promise<void> }> {
    const views = await openPostgresViewStore({ url: await server.freshDatabase() });
    return { views, remove: () => views.close() };
  },
}));

describe.skipIf(!postgresIsHere)('over PostgreSQL', async () => {
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  await import('../../../apps/projector/src/projections/projections.spec.js');
  await import('../../../apps/projector/src/projections/projections.properties.spec.js');
  await import('../../../apps/projector/src/start-projector.spec.js');
});
