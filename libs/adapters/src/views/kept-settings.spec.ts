import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteViewStore } from '#adapters/sqlite';
import { expect, it } from 'vitest';
import { keptSetting } from './kept-settings.js';

it('keeps a setting as whoever came first had it, whoever asks, also at once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-kept-'));
  const stores = await Promise.all([openSqliteViewStore({ dir }), openSqliteViewStore({ dir })]);
  const [one, other] = await Promise.all(stores.map((store, i) => keptSetting(store, 'parts', String(i))));
  expect(['0', '1']).toContain(one);
  expect(other).toBe(one);
  expect(await keptSetting(stores[0]!, 'parts', '7')).toBe(one);
  expect(await keptSetting(stores[0]!, 'others', '7')).toBe('7');
  await Promise.all(stores.map((store) => store.close()));
  await rm(dir, { recursive: true });
});
