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

  const pages = (query: string): Promise<number[][]> => pagesOf(api, query);

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

describe('large events of a device', () => {
  /** Readings of each event: some alone are more than a page holds. */
  const SIZES = [1, 1, 900, 900, 1, 1, 1, 300, 300, 300, 300, 1, 900, ...Array.from({ length: 40 }, () => 1), 900, 1];
  const PAGE_BYTES = 4_000;
  let api: ApiOverFakes;
  let positions: number[];
  beforeAll(async () => {
    api = await openApiOverFakes();
    await api.openAccount('a1', ['read']);
    const readings = SIZES.map((size) => ({ time: Array<number>(size).fill(0), fields: { n: Array<number>(size).fill(1) } }));
    positions = await deviceOfReadings(api, [{ schema: { fields: { n: { type: 'number' } } } }, ...readings]);
    const { eventLog } = api;
    const read = eventLog.readStream.bind(eventLog);
    eventLog.readStream = (stream, from, limit, bytesMax) => read(stream, from, limit, bytesMax && Math.min(bytesMax, PAGE_BYTES));
  });
  afterAll(() => api.close());

  it.each(['limit=1000', 'limit=7', 'limit=1', 'order=newest&limit=1000', 'order=newest&limit=7', 'order=newest&limit=1'])(
    'are all there once, on pages of fewer than were asked for: %s',
    async (query) => {
      const found = await pagesOf(api, query);
      const all = found.flat();
      expect(query.startsWith('order') ? all.reverse() : all).toEqual(upTo(SIZES.length));
      expect(found.every(({ length }) => length > 0 && length < 20)).toBe(true);
    },
  );

  it('are many on a page where they are small', async () => {
    expect((await pagesOf(api, 'limit=1000')).length).toBeLessThan(20);
    expect((await pagesOf(api, 'order=newest&limit=1000')).length).toBeLessThan(30);
  });

  it.each(['oldest', 'newest'])('are those that were known then: %s', async (order) => {
    const known = (await pagesOf(api, `order=${order}&limit=1000&asOf=${positions[12]}`)).flat();
    expect(known.sort((a, b) => a - b)).toEqual(upTo(12));
  });
});

/** Revisions, page by page to the end. */
async function pagesOf(api: ApiOverFakes, query: string): Promise<number[][]> {
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
