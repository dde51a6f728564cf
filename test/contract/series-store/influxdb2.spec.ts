/** InfluxDB 2 through a facade over InfluxDB 1, which shows what is asked of it; `INFLUXDB_URL` runs the suite of `influxdb.spec.ts` on a real one. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInfluxDbSeries } from '#adapters/influxdb';
import { influxdbIsHere, startInfluxDb } from '../../support/servers/influxdb.js';
import type { TestServer } from '../../support/servers/server-process.js';
import { batchOf, D1, EPOCH, readingsEvent } from '../../support/series-store/batches.js';
import { startInfluxDb2Facade, type Facade } from '../../support/series-store/influxdb2-facade.js';
import { seriesGenerationsContract } from './series-generations-contract.js';
import { seriesStoreContract } from './series-store-contract.js';

describe.skipIf(!influxdbIsHere)('on InfluxDB 2', () => {
  let server: TestServer;
  let facade: Facade;
  beforeAll(async () => {
    server = await startInfluxDb();
    facade = await startInfluxDb2Facade(server.url);
  });
  afterAll(async () => {
    await facade.close();
    await server.stop();
  });
  const urlOf = (place: string): string => facade.urlOf(`b${createHash('sha256').update(place).digest('hex').slice(0, 12)}`);

  seriesStoreContract(
    'InfluxDB 2',
    async (dir) => {
      const series = await openInfluxDbSeries({ url: urlOf(dir) });
      const store = await series.open(1);
      const close = store.close.bind(store);
      return Object.assign(store, {
        close: async () => {
          await close();
          await series.close();
        },
      });
    },
    { durable: true, parts: true },
  );

  let places = 0;
  seriesGenerationsContract(
    'InfluxDB 2',
    async () => {
      const url = urlOf(`generations ${places++}`);
      return { open: () => openInfluxDbSeries({ url }), remove: async () => undefined };
    },
    { shared: true },
  );

  it('makes buckets that keep readings for ever, maps them for InfluxQL, and writes by the API of version 2', async () => {
    facade.requests.length = 0;
    const series = await openInfluxDbSeries({ url: facade.urlOf('things') });
    const store = await series.open(2);
    await store.write(batchOf(readingsEvent(1, { time: [EPOCH], fields: { a: [1] } })));
    expect(await store.count({ ...D1, from: -Infinity, to: Infinity })).toBe(1);
    await series.close();
    const made = facade.requests
      .filter(({ method, path }) => method === 'POST' && /buckets|dbrps/.test(path))
      .map(({ path, body }) => [path, JSON.parse(body)]);
    expect(made).toEqual(
      ['things', 'things_g2'].flatMap((name) => [
        ['/api/v2/buckets', { orgID: '0000000000000a01', name, retentionRules: [] }],
        [
          '/api/v2/dbrps',
          { orgID: '0000000000000a01', bucketID: expect.any(String), database: name, retention_policy: 'autogen', default: true },
        ],
      ]),
    );
    const written = facade.requests.filter(({ path }) => path.includes('write'));
    expect(new Set(written.map(({ path }) => path))).toEqual(
      new Set(['/api/v2/write?org=things%20%26%20co&bucket=things_g2&precision=ns']),
    );
    expect(written.map(({ body }) => body.split(/[ ,]/)[0])).toEqual(['catalog', expect.stringMatching(/^readings_/), 'checkpoints']);
  });

  it('says in one line what is wrong with the URL', async () => {
    const url = new URL(facade.urlOf('things'));
    const refused = (change: (url: URL) => void) => {
      const changed = new URL(url);
      change(changed);
      return expect(openInfluxDbSeries({ url: changed.href })).rejects;
    };
    await refused(({ searchParams }) => searchParams.set('token', 'wrong')).toThrow(
      /^INFLUXDB_URL http.*token=\*\*\*: 401 unauthorized access$/,
    );
    await refused(({ searchParams }) => searchParams.set('org', 'nobody')).toThrow(/there is no organisation nobody/);
    await refused(({ searchParams }) => searchParams.delete('token')).toThrow(/org and token are both needed/);
    await refused((changed) => (changed.search = '')).toThrow(/this is InfluxDB 2\.7\.11, which needs \?org=…&bucket=…&token=… in the URL/);
  });
});
