import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError, type ViewStore } from '#ports';
import { openSqliteViewStore } from './view-store.js';

describe('the view store in SQLite', () => {
  let dir: string;
  let sut: ViewStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'thingsio-views-'));
    sut = await openSqliteViewStore({ dir });
  });
  afterEach(async () => {
    await sut.close();
    await rm(dir, { recursive: true });
  });

  it.each([
    ['an account by address', "select * from accounts where email = 'x'"],
    ['a key by its hash', "select * from api_keys where key_hash = 'x'"],
    ['a session by its hash', "select * from sessions where token_hash = 'x'"],
    ['the next page of devices', "select * from devices where account_id = 'a' and device_id > 'd' order by device_id limit 10"],
    [
      'the next page of refused readings',
      "select * from rejections where account_id = 'a' and device_id = 'd' and (position, index_in_request) > (1, 2) order by position, index_in_request limit 10",
    ],
    [
      'the newest refused readings',
      "select * from rejections where account_id = 'a' and device_id = 'd' order by position desc, index_in_request desc limit 10",
    ],
    ['the latest values of a device', "select * from latest_values where account_id = 'a' and device_id = 'd'"],
    ['the schemas of a device', "select * from schemas where account_id = 'a' and device_id = 'd' order by schema_version"],
  ])('finds %s by an index, without sorting', async (_, query) => {
    const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(query)}`.execute(sut.db);
    const plan = rows.map(({ detail }) => detail).join('; ');
    expect(plan).toMatch(/^SEARCH/);
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it('tells a store that stays busy from one that is broken', async () => {
    const other = await openSqliteViewStore({ dir });
    let release = (): void => undefined;
    const held = other.write(() => new Promise<void>((resolve) => (release = resolve)));
    await expect(sut.write(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
    release();
    await held;
    await expect(sut.write((tx) => sql`select * from nowhere`.execute(tx))).rejects.not.toThrow(StoreUnavailableError);
    await other.close();
  });
});
