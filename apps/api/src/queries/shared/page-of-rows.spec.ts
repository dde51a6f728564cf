import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { ViewStore } from '#ports';
import { pageOfRows } from './page-of-rows.js';

const KEY = { account_id: 'a1', device_id: 'd1', index_in_request: 0, code: 'reading.bad-time', message: '', recorded_at: 0 };
/** Of the reading of each row; the last has a large field beside it. */
const SIZES = [10, 10, 500, 10, 10, 10];

describe('a page of rows', () => {
  let dir: string;
  let views: ViewStore;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'thingsio-rows-'));
    views = await openSqliteViewStore({ dir });
    const rows = SIZES.map((size, position) => ({
      ...KEY,
      position,
      field: position === 5 ? 'é'.repeat(100) : null,
      reading: 'x'.repeat(size),
    }));
    await views.write((tx) => tx.insertInto('rejections').values(rows).execute());
  });
  afterAll(async () => {
    await views.close();
    await rm(dir, { recursive: true });
  });

  const page = async (limit: number, bytesMax: number | undefined, from = 0) => {
    const query = views.db.selectFrom('rejections').select(['position', 'reading']).where('position', '>=', from).orderBy('position');
    const { rows, more } = await pageOfRows(query, { limit, large: ['reading', 'field'], ...(bytesMax && { bytesMax }) });
    expect(rows.every(({ reading, position }) => reading.length === SIZES[position])).toBe(true);
    return { positions: rows.map(({ position }) => position), more };
  };

  it.each([
    ['holds all where they are small', 100, undefined, 0, [0, 1, 2, 3, 4, 5], false],
    ['holds no more than was asked for', 2, undefined, 0, [0, 1], true],
    ['ends behind the row that fills it', 100, 100, 0, [0, 1, 2], true],
    ['holds one row, however large', 100, 1, 2, [2], true],
    ['measures in bytes, of all that may be large', 100, 210, 5, [5], false],
    ['is the last where it ends with the last row', 3, 100, 3, [3, 4, 5], false],
    ['is empty where there is nothing', 3, 100, 6, [], false],
  ])('%s', async (_, limit, bytesMax, from, positions, more) => {
    expect(await page(limit, bytesMax, from)).toEqual({ positions, more });
  });
});
