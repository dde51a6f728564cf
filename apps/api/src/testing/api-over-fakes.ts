/** The api over fakes, with one account and its key, asked without a socket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventLog, MemoryLiveBus, MemorySeriesStore } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { Scope } from '#contracts';
import type { Settings } from '#platform';
import { hashOf } from '../admission/credentials.js';
import { createApi } from '../create-api.js';
import { type Answer, FakeQueue } from './fake-queue.js';
import { settingsOf } from './recorded.js';

export interface Asked {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

export async function openApiOverFakes(options: { answer?: Answer; settings?: Partial<Settings>; now?: number } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-api-'));
  const viewStore = await openSqliteViewStore({ dir });
  const [queue, liveBus, eventLog] = [new FakeQueue(options.answer), new MemoryLiveBus(), createMemoryEventLog()];
  const seriesStore = new MemorySeriesStore();
  const logged: { members: object; message: string }[] = [];
  const note = (members: object, message: string) => void logged.push({ members, message });
  const api = await createApi({
    ports: { eventLog, commandQueue: queue, seriesStore, viewStore, liveBus },
    settings: { ...settingsOf(), ...options.settings },
    secret: Buffer.alloc(32),
    log: { info: note, warn: note, error: note },
    clock: () => options.now ?? 1_000,
    dashboardDir: dir,
  });
  const call = async (method: string, url: string, payload?: object, headers: Record<string, string> = {}): Promise<Asked> => {
    const answered = await api.app.inject({
      method: method as 'GET',
      url: `/api/v1${url}`,
      payload,
      headers: { authorization: 'Bearer tio_a1', ...headers },
    });
    const json = /json/.test(String(answered.headers['content-type']));
    return { status: answered.statusCode, headers: answered.headers, body: json ? answered.json() : { text: answered.body } };
  };
  return {
    api,
    queue,
    eventLog,
    seriesStore,
    viewStore,
    liveBus,
    logged,
    call,
    /** An account with the key `tio_<accountId>`. */
    async openAccount(accountId: string, scopes: Scope[]): Promise<void> {
      const key = { key_id: `k-${accountId}`, account_id: accountId, name: 'k', scopes: JSON.stringify(scopes), device_ids: null };
      const account = { account_id: accountId, email: `${accountId}@example.org`, password_hash: '', opened_at: 0 };
      await viewStore.write(async (tx) => {
        await tx.insertInto('accounts').values(account).execute();
        await tx
          .insertInto('api_keys')
          .values({ ...key, key_hash: hashOf(`tio_${accountId}`), created_at: 0, expires_at: null, revoked_at: null })
          .execute();
      });
    },
    async close(): Promise<void> {
      await api.close();
      await viewStore.close();
      await rm(dir, { recursive: true });
    },
  };
}

export type ApiOverFakes = Awaited<ReturnType<typeof openApiOverFakes>>;
