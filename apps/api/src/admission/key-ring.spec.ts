import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLiveBus, type MemoryLiveBus } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import { CREDENTIALS_ROOM, type ViewStore } from '#ports';
import { settingsOf } from '../testing/recorded.js';
import { Operators } from '../operator/operators.js';
import { hashOf } from './credentials.js';
import { KeyRing } from './key-ring.js';

describe('the key ring', () => {
  let dir: string;
  let views: ViewStore;
  let bus: MemoryLiveBus;
  let sut: KeyRing;
  let now = 0;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'thingsio-keys-'));
    views = await openSqliteViewStore({ dir });
    bus = createLiveBus();
    sut = new KeyRing(views, bus, () => now, new Operators(views, settingsOf()));
    for (const keyId of ['k1', 'k2']) await addKey(keyId);
    await views.write((tx) => tx.insertInto('sessions').values(session).execute());
  });
  afterEach(async () => {
    sut.close();
    await bus.close();
    await views.close();
    await rm(dir, { recursive: true });
  });

  const session = { session_id: 's1', account_id: 'a1', token_hash: hashOf('tis_1'), started_at: 0, expires_at: 1e15, ended_at: null };
  const addKey = (keyId: string) =>
    views.write((tx) =>
      tx
        .insertInto('api_keys')
        .values({
          key_hash: hashOf(`tio_${keyId}`),
          key_id: keyId,
          account_id: 'a1',
          name: keyId,
          scopes: '["read"]',
          device_ids: null,
          created_at: 0,
          expires_at: null,
          revoked_at: null,
        })
        .execute(),
    );
  const revoke = (keyId: string) =>
    views.write((tx) => tx.updateTable('api_keys').set({ revoked_at: 1 }).where('key_id', '=', keyId).execute());

  it('forgets a key as soon as it is told that it was revoked', async () => {
    expect(await sut.find('tio_k1')).toMatchObject({ id: 'k1' });
    await revoke('k1');
    bus.publish([{ room: CREDENTIALS_ROOM, event: 'credentials.changed', data: { changes: [{ accountId: 'a1', keyId: 'k1' }] } }]);
    expect(sut.cached(hashOf('tio_k1'))).toBeUndefined();
    expect(await sut.find('tio_k1')).toBeUndefined();
  });

  it('forgets all that it is told of at once, and nothing of another account', async () => {
    await addKey('k3');
    for (const token of ['tio_k1', 'tio_k2', 'tio_k3', 'tis_1']) await sut.find(token);
    const told: string[] = [];
    sut.onChanged((id) => told.push(id));
    sut.forget([
      { accountId: 'a1', keyId: 'k1' },
      { accountId: 'a2', keyId: 'k2' },
      { accountId: 'a1', sessionId: 's1' },
    ]);
    const known = ['tio_k1', 'tio_k2', 'tio_k3', 'tis_1'].filter((token) => sut.cached(hashOf(token)));
    expect(known).toEqual(['tio_k2', 'tio_k3']);
    expect(told).toEqual(['k1', 'k2', 's1']);
  });

  it('reads a key anew within seconds where nobody tells that it was revoked', async () => {
    await sut.find('tio_k1');
    await revoke('k1');
    expect(sut.cached(hashOf('tio_k1'))).toBeDefined();
    now += 5_000;
    expect(await sut.find('tio_k1')).toBeUndefined();
  });

  it('reads every key anew when messages may be missing', async () => {
    await Promise.all([sut.find('tio_k1'), sut.find('tio_k2')]);
    await revoke('k1');
    bus.announceGap();
    expect(await sut.find('tio_k1')).toBeUndefined();
    expect(await sut.find('tio_k2')).toMatchObject({ id: 'k2' });
  });

  it('finds the revoked and the ended among those that are in use', async () => {
    const inUse = await Promise.all(['tio_k1', 'tio_k2', 'tis_1'].map((token) => sut.find(token)));
    expect(await sut.revokedAmong(inUse.map((one) => one!))).toEqual([]);
    await revoke('k2');
    await views.write((tx) => tx.updateTable('sessions').set({ ended_at: 1 }).execute());
    expect(await sut.revokedAmong(inUse.map((one) => one!))).toEqual(['k2', 's1']);
    const many = Array.from({ length: 1_200 }, (_, n) => ({ ...inUse[0]!, hash: `no such ${n}` }));
    expect(await sut.revokedAmong([...many, inUse[1]!])).toEqual(['k2']);
  });
});
