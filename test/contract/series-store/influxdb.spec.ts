import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { openInfluxDbSeries } from '#adapters/influxdb';
import type { SeriesStore } from '#ports';
import { influxdbIsHere, startInfluxDb } from '../../support/servers/influxdb.js';
import type { TestServer } from '../../support/servers/server-process.js';
import { seriesGenerationsContract } from './series-generations-contract.js';
import { seriesStoreContract } from './series-store-contract.js';

/** A real server elsewhere, of any version, instead of the one that is started here. */
const given = process.env['INFLUXDB_URL'];

describe.skipIf(!influxdbIsHere && given === undefined)('on InfluxDB', () => {
  let server: TestServer | undefined;
  beforeAll(async () => {
    if (given === undefined) server = await startInfluxDb();
  });
  afterAll(() => server?.stop());

  /** A database of its own for each place. */
  const urlOf = (place: string): string => {
    const url = new URL(given ?? server!.url);
    const name = `test_${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
    if (url.searchParams.has('bucket')) url.searchParams.set('bucket', name);
    else url.pathname = `/${name}`;
    return url.href;
  };

  seriesStoreContract(
    'InfluxDB',
    async (dir): Promise<SeriesStore> => {
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
    'InfluxDB',
    async () => {
      const url = urlOf(`generations ${process.pid} ${places++}`);
      return { open: () => openInfluxDbSeries({ url }), remove: async () => undefined };
    },
    { shared: true },
  );
});
