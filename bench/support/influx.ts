/** InfluxDB 1.x as Debian packages it, as the tests start it: its defaults for all that decides speed and safety. */
import { influxdbIsHere, startInfluxDb } from '../../test/support/servers/influxdb.js';
import type { Resources } from './resources.js';

export interface Influx {
  url: string;
  /** Rows of the first series of the answer. */
  query(q: string): Promise<{ columns: string[]; values: (string | number | null)[][] } | undefined>;
}

export const DATABASE = 'bench';

export async function startInflux(resources: Resources): Promise<Influx> {
  if (!influxdbIsHere) throw new Error('InfluxDB is the peer of this benchmark: apt-get install influxdb');
  const server = await startInfluxDb();
  resources.onRelease(() => server.stop());
  const url = new URL(server.url).origin;
  const influx: Influx = { url, query: (q) => query(url, q) };
  await influx.query(`CREATE DATABASE ${DATABASE}`);
  return influx;
}

async function query(url: string, q: string): ReturnType<Influx['query']> {
  const answer = await fetch(`${url}/query?db=${DATABASE}&epoch=ms`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ q }).toString(),
  });
  const parsed = (await answer.json()) as {
    error?: string;
    results?: { error?: string; series?: { columns: string[]; values: (string | number | null)[][] }[] }[];
  };
  const error = parsed.error ?? parsed.results?.[0]?.error;
  if (error) throw new Error(`InfluxDB: ${error}`);
  return parsed.results?.[0]?.series?.[0];
}
