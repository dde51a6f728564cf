import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FieldSchema } from '#contracts';
import { type ApiOverFakes, openApiOverFakes } from '../../testing/api-over-fakes.js';
import { deviceOfReadings } from '../../testing/device-of-readings.js';

vi.mock('socket.io', () => import('../../testing/no-sockets.js'));

const READINGS = 40;
const FIELDS = Array.from({ length: 64 }, (_, n) => `note${n}`);
const texts = (maxLength: number) => Object.fromEntries(FIELDS.map((name): [string, FieldSchema] => [name, { type: 'string', maxLength }]));

describe('readings whose texts may be long', () => {
  let api: ApiOverFakes;
  beforeAll(async () => {
    api = await openApiOverFakes();
    await api.openAccount('a1', ['read']);
    const time = Array.from({ length: READINGS }, (_, at) => at);
    await deviceOfReadings(api, [
      { schema: { fields: texts(65_536) } },
      { time, fields: { note0: time.map(String) } },
      // What was recorded is as long as it was.
      { schema: { fields: texts(1) } },
    ]);
  });
  afterAll(() => api.close());

  it('are listed all, on pages of as many as memory holds at their longest', async () => {
    const pages: number[][] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await api.call('GET', `/devices/d1/readings?limit=1000${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      const { items, next } = body as { items: { values: { note0: string } }[]; next?: string };
      pages.push(items.map(({ values }) => Number(values.note0)));
      if (next === undefined) break;
      cursor = next;
    }
    expect(pages.flat()).toEqual(Array.from({ length: READINGS }, (_, at) => at));
    expect(pages.map(({ length }) => length)).toEqual([16, 16, 8]);
  });
});
