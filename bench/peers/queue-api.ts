/** Of B11: the api, with its door, keys and limits, as a sender of the queue on RabbitMQ. What it reads from is empty, and in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventLog, MemoryLiveBus, MemorySeriesStore } from '#adapters/memory';
import { openRabbitMqCommandQueue } from '#adapters/rabbitmq';
import { openSqliteViewStore } from '#adapters/sqlite';
import { DEFAULT_LIMITS } from '#platform';
import { hashOf } from '../../apps/api/src/admission/credentials.js';
import { createApi } from '../../apps/api/src/create-api.js';
import { ACCOUNT } from '../support/fill-log.js';

const [url = '', apiKey = ''] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'thingsio-bench-'));
process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
process.once('SIGTERM', () => process.exit());

const viewStore = await openSqliteViewStore({ dir });
await viewStore.write(async (tx) => {
  await tx.insertInto('accounts').values({ account_id: ACCOUNT, email: 'bench@example.org', password_hash: '', opened_at: 0 }).execute();
  const key = { key_id: 'k', account_id: ACCOUNT, name: 'k', scopes: '["write"]', device_ids: null, key_hash: hashOf(apiKey) };
  await tx
    .insertInto('api_keys')
    .values({ ...key, created_at: 0, expires_at: null, revoked_at: null })
    .execute();
});
const api = await createApi({
  ports: {
    eventLog: createMemoryEventLog(),
    commandQueue: await openRabbitMqCommandQueue({ url, role: 'sender' }),
    seriesStore: new MemorySeriesStore(),
    viewStore,
    liveBus: new MemoryLiveBus(),
  },
  settings: {
    host: '127.0.0.1',
    port: 0,
    tileServer: undefined,
    sessionHours: 1,
    operators: undefined,
    projectorParts: 1,
    logLevel: 'warn',
    limits: { ...DEFAULT_LIMITS, keyRequestsPerSecondMax: 1e9, keyReadingsPerSecondMax: 1e9 },
  },
  secret: Buffer.alloc(32),
});
process.send?.({ port: Number(new URL(await api.listen()).port) });
