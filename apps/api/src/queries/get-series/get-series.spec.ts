import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiOverFakes, openApiOverFakes } from '../../testing/api-over-fakes.js';
import { deviceOfReadings, type Happened } from '../../testing/device-of-readings.js';
import { everyOf, everyText } from './series-request.js';
import { equalWindows, windowsFrom } from './within-limit.js';

vi.mock('socket.io', () => import('../../testing/no-sockets.js'));

const START = Date.UTC(2024, 0, 1);
const BEFORE_1970 = -3_600_000;

interface Series {
  from: string;
  to: string;
  every?: string;
  points: number;
  of: number;
  time: number[];
  fields: Record<string, Record<string, unknown[]>>;
  reduced?: { limit: number };
}

describe('a series of at most so many points', () => {
  const apis: ApiOverFakes[] = [];
  let three: (query: string) => Promise<Series>;
  let ten: (query: string) => Promise<Series>;
  let around1970: (query: string) => Promise<Series>;
  const schema = { fields: { n: { type: 'number' }, m: { type: 'number' }, s: { type: 'string' } } } as const;
  const openDevice = async (...happened: Happened[]) => {
    const api = await openApiOverFakes();
    apis.push(api);
    await api.openAccount('a1', ['read']);
    await deviceOfReadings(api, [{ schema }, ...happened]);
    return async (query: string) => {
      const { status, body } = await api.call('GET', `/devices/d1/series?${query}`);
      expect(status, JSON.stringify(body)).toBe(200);
      return body as unknown as Series;
    };
  };
  beforeAll(async () => {
    three = await openDevice({ time: [START, START + 67_123, START + 200_000], fields: { n: [1, 2, 3], s: ['a', 'b', null] } });
    const ten10 = Array.from({ length: 10 }, (_, i) => i);
    ten = await openDevice({ time: ten10.map((i) => START + i * 1_000), fields: { n: ten10, m: ten10.map((i) => 9 - i) } });
    around1970 = await openDevice({ time: [BEFORE_1970, -BEFORE_1970], fields: { n: [1, 3] } });
  });
  afterAll(async () => {
    for (const api of apis) await api.close();
  });

  it.each(['fields=n,s&points=100', 'fields=s&points=2&method=m4', 'fields=n,s&points=3', 'fields=n,m,s&points=3'])(
    'gives readings as they are where they fit: %s',
    async (query) => {
      const { fields, time, reduced, every } = await three(query);
      expect(time).toEqual(fields['n'] ? [START, START + 67_123, START + 200_000] : [START, START + 67_123]);
      expect(fields['s']!['value']!.slice(0, 2)).toEqual(['a', 'b']);
      expect([reduced, every]).toEqual([undefined, undefined]);
    },
  );

  it('says that it is reduced only where it is', async () => {
    expect(await ten('points=100001')).not.toHaveProperty('reduced');
    expect(await ten('points=100001&fn=mean')).not.toHaveProperty('reduced');
    expect(await ten('points=100001&fn=mean&fill=null')).not.toHaveProperty('reduced');
    const wide = `to=${START + 1e9}&points=200000&fn=count&fill=null`;
    expect(await ten(wide)).toMatchObject({ every: '10s', points: 100_000, reduced: { limit: 100_000 } });
  });

  it('gives windows that begin with the range, and says how long they are', async () => {
    const range = `from=${START}&to=${START + 86_400_000}`;
    expect(await ten(`${range}&fields=n,m&points=1`)).toMatchObject({
      every: '24h',
      time: [START],
      fields: { n: { value: [9] }, m: { value: [0] } },
    });
    expect(await ten(`from=${START + 500}&fields=n&fn=mean&points=1`)).toMatchObject({
      every: '8501ms',
      time: [START + 500],
      fields: { n: { mean: [5] } },
    });
    expect(await around1970('fields=n&fn=mean&points=1')).toMatchObject({ time: [BEFORE_1970], fields: { n: { mean: [2] } } });
  });

  it.each([
    ['fields=n,m&points=3', 3],
    ['fields=n,m&points=5', 5],
    ['fields=n&points=1', 1],
    ['fields=n&points=2&method=m4', 2],
  ])('has no fewer than it can: %s', async (query, points) => {
    expect(await ten(query)).toMatchObject({ points, of: 10 });
  });

  it('has windows that fit into their number and can be asked for', () => {
    const time = fc.integer({ min: Date.UTC(1678, 0, 1), max: Date.UTC(2261, 0, 1) });
    fc.assert(
      fc.property(time, fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 1e6 }), (from, length, count) => {
        const every = equalWindows(from, from + length, count);
        expect(windowsFrom(from, from + length, every)).toBeLessThanOrEqual(count);
        expect(everyOf({ every: everyText(every) })).toEqual(every);
      }),
    );
    expect(everyText(equalWindows(Date.UTC(1678, 0, 1), Date.UTC(2261, 0, 1), 1))).toMatch(/^\d{1,9}[hm]$/);
  });
});
