import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViewStore } from '#adapters/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrMakeServerSecret } from './server-secret.js';

describe('the secret of the servers', () => {
  let dir: string;
  beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'thingsio-secret-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is the same for all that ask, also at once', async () => {
    const stores = await Promise.all([openSqliteViewStore({ dir }), openSqliteViewStore({ dir })]);
    const secrets = await Promise.all([...stores, ...stores].map(readOrMakeServerSecret));
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
    expect(secrets[0]).toHaveLength(32);
    await Promise.all(stores.map((store) => store.close()));
  });
});
