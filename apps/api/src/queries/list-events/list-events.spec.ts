import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventsView } from '#contracts';
import { type ApiOverFakes, openApiOverFakes } from '../../testing/api-over-fakes.js';
import { deviceOfReadings } from '../../testing/device-of-readings.js';
import { cursorOf } from '../shared/cursor.js';

vi.mock('socket.io', () => import('../../testing/no-sockets.js'));

const READINGS = 60;

describe('events of a device', () => {
  let api: ApiOverFakes;
  let positions: number[];
  beforeAll(async () => {
    api = await openApiOverFakes();
    await api.openAccount('a1', ['read']);
    const readings = Array.from({ length: READINGS }, (_, at) => ({ time: [at], fields: { n: [at] } }));
    positions = await deviceOfReadings(api, [{ schema: { fields: { n: { type: 'number' } } } }, ...readings]);
  });
  afterAll(() => api.close());

  /** Revisions, page by page to the end. */
  async function pages(query: string): Promise<number[][]> {
    const found: number[][] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await api.call('GET', `/devices/d1/events?${query}${cursor && `&cursor=${cursor}`}`);
      expect(status, JSON.stringify(body)).toBe(200);
      const { items, next } = body as unknown as EventsView;
      found.push(items.map(({ revision }) => revision));
      if (next === undefined) return found;
      cursor = next;
    }
  }
  const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, revision) => revision);

  it.each(['limit=7', 'limit=61', 'limit=1000', 'order=oldest&limit=26'])('are all there once, the oldest first: %s', async (query) => {
    expect((await pages(query)).flat()).toEqual(upTo(READINGS));
  });

  it.each(['limit=7', 'limit=61', 'limit=1000', 'limit=26', 'limit=1'])('are all there once, the newest first: %s', async (query) => {
    const found = await pages(`order=newest&${query}`);
    expect(found.flat()).toEqual(upTo(READINGS).reverse());
    expect(found.every((page) => page.length > 0)).toBe(true);
  });

  it.each(['oldest', 'newest'])('are those that were known then: %s', async (order) => {
    const known = (await pages(`order=${order}&limit=9&asOf=${positions[40]}`)).flat();
    expect(known.sort((a, b) => a - b)).toEqual(upTo(40));
  });

  it('go on only from a cursor of the same order, wherever it says', async () => {
    const ask = (order: string, cursor: string) => api.call('GET', `/devices/d1/events?order=${order}&cursor=${cursor}`);
    expect((await ask('newest', cursorOf([5]))).status).toBe(400);
    expect((await ask('oldest', cursorOf(['newest', 5]))).status).toBe(400);
    expect((await api.call('GET', '/devices/d1/events?order=random')).status).toBe(400);
    for (const at of [-1, 0, 0.5]) expect((await ask('newest', cursorOf(['newest', at]))).body).toEqual({ items: [] });
    expect(((await ask('newest', cursorOf(['newest', 1e15]))).body as unknown as EventsView).items[0]!.revision).toBe(READINGS);
  });
});
