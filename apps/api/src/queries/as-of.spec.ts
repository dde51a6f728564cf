import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiOverFakes, openApiOverFakes } from '../testing/api-over-fakes.js';
import { deviceOfReadings } from '../testing/device-of-readings.js';

vi.mock('socket.io', () => import('../testing/no-sockets.js'));

const NOON = Date.UTC(2024, 0, 1, 12);
const celsius = { fields: { n: { type: 'number', unit: 'Cel' } } } as const;
const fahrenheit = {
  fields: { n: { type: 'number', unit: '[degF]' } },
  upcasts: { n: { from: 'n', scale: 1.8, offset: 32 } },
} as const;
const renamed = { fields: { temp: { type: 'number', unit: '[degF]' } }, upcasts: { temp: { from: 'n' } } } as const;

describe('what was known at a position', () => {
  let api: ApiOverFakes;
  let positions: number[];
  beforeAll(async () => {
    api = await openApiOverFakes();
    await api.openAccount('a1', ['read']);
    positions = await deviceOfReadings(api, [
      { schema: celsius },
      { time: [NOON], fields: { n: [20] } },
      { schema: fahrenheit },
      { time: [NOON + 1_000], fields: { n: [70] } },
      { schema: renamed },
      { time: [NOON + 2_000], fields: { temp: [71] } },
    ]);
  });
  afterAll(() => api.close());

  const ask = async (path: string): Promise<Record<string, unknown>> => {
    const { status, body } = await api.call('GET', `/devices/d1${path}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };

  it.each([
    ['before any schema changed', 1, { n: [20] }, 'Cel'],
    ['once its unit was another', 2, { n: [68] }, '[degF]'],
    ['with a reading more', 3, { n: [68, 70] }, '[degF]'],
    ['once it was renamed', 4, { temp: [68, 70] }, '[degF]'],
    ['now', 5, { temp: [68, 70, 71] }, '[degF]'],
  ])('is told in the names and units of then: %s', async (_, at, fields: Record<string, number[]>, unit) => {
    const asOf = `asOf=${positions[at]}`;
    const [[name, values]] = Object.entries(fields) as [[string, number[]]];
    const last = values.at(-1)!;
    expect(await ask(`/schema?${asOf}`)).toMatchObject({ schema: { fields: { [name]: { unit } } } });
    expect((await ask(`/latest?${asOf}`))['fields']).toEqual({ [name]: expect.objectContaining({ value: last }) as unknown });
    expect((await ask(`/readings?${asOf}`))['items']).toMatchObject(values.map((value) => ({ values: { [name]: value } })));
    for (const query of [asOf, `fields=${name}&${asOf}`]) {
      const series = await ask(`/series?${query}`);
      expect(series['fields']).toEqual({ [name]: { value: values } });
      expect(series['to']).toBe(new Date(NOON + (values.length - 1) * 1_000 + 1).toISOString());
    }
    expect((await ask(`/series?every=1h&${asOf}`))['fields']).toMatchObject({
      [name]: { mean: [values.reduce((sum, value) => sum + value) / values.length] },
    });
  });

  it('has no column of a name that is gone', async () => {
    expect((await ask('/series'))['fields']).toEqual({ temp: { value: [68, 70, 71] } });
    expect(await api.call('GET', '/devices/d1/series?fields=n')).toMatchObject({ status: 400 });
    expect(await api.call('GET', `/devices/d1/series?fields=temp&asOf=${positions[3]}`)).toMatchObject({ status: 400 });
  });
});
