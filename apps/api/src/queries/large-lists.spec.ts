/** Lists of rows that may be large: a page holds fewer than were asked for, and `next` leads through all of them. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiOverFakes, openApiOverFakes } from '../testing/api-over-fakes.js';

vi.mock('socket.io', () => import('../testing/no-sockets.js'));

const COUNT = 20;
const LARGE = JSON.stringify('x'.repeat(1_000_000));

describe('a list of what is large', () => {
  let api: ApiOverFakes;
  beforeAll(async () => {
    api = await openApiOverFakes();
    await api.openAccount('a1', ['read', 'operate']);
    const numbers = Array.from({ length: COUNT }, (_, n) => n);
    const device = {
      account_id: 'a1',
      name: 'd',
      tags: '{}',
      schema_version: 1,
      revision: 0,
      registered_at: 0,
      changed_at: 0,
      retired_at: null,
    };
    const verdict = { account_id: 'a1', device_id: 'd10', field: null, code: 'reading.bad-time', message: 'no', recorded_at: 0 };
    await api.viewStore.write(async (tx) => {
      for (const n of numbers) {
        await tx
          .insertInto('devices')
          .values({ ...device, device_id: `d${n + 10}`, schema: LARGE })
          .execute();
        await tx
          .insertInto('rejections')
          .values({ ...verdict, position: n >> 2, index_in_request: n & 3, reading: LARGE })
          .execute();
      }
    });
  });
  afterAll(() => api.close());

  it.each(['/devices', '/devices/d10/rejections'])('is all there once, on pages of some megabytes: %s', async (path) => {
    const found: unknown[] = [];
    const lengths: number[] = [];
    for (let next: unknown = ''; next !== undefined;) {
      const { status, body } = await api.call('GET', `${path}?limit=1000${next === '' ? '' : `&cursor=${String(next)}`}`);
      expect(status).toBe(200);
      const items = body['items'] as { deviceId?: string; position?: string; index?: number }[];
      found.push(...items.map(({ deviceId, position, index }) => deviceId ?? `${position}/${index}`));
      lengths.push(items.length);
      next = body['next'];
    }
    expect(new Set(found).size).toBe(COUNT);
    expect(found).toHaveLength(COUNT);
    expect(lengths).toEqual([9, 9, 2]);
  });
});
