/** Opens the series on an InfluxDB server, whichever version it is. */
import { setTimeout as rest } from 'node:timers/promises';
import { ServerRefusedError } from '../shared/server-url.js';
import { InfluxConnection, type Logger } from './connection.js';
import { Engine1, Engine2, type Engine } from './engine.js';
import { whyOf } from './influx-errors.js';
import { InfluxDbSeriesGenerations } from './influxdb-series-generations.js';
import { parseInfluxUrl, SETTING } from './influx-url.js';

export interface InfluxDbSeriesConfig {
  /** `http://user:password@host:8086/database` for InfluxDB 1, `http://host:8086?org=…&bucket=…&token=…` for InfluxDB 2. */
  url: string;
  /** How long to wait for a server that is not there yet; without it, it must be there at once. */
  waitMsMax?: number;
  logger?: Logger;
}

const RETRY_MS = 200;

/** Rejects with one line where the server is missing, refuses us, or is another than it should be. */
export async function openInfluxDbSeries({ url, waitMsMax = 0, logger }: InfluxDbSeriesConfig): Promise<InfluxDbSeriesGenerations> {
  const target = parseInfluxUrl(url);
  // Where nothing is waited for, nothing is tried again either: the error says it.
  const connection = new InfluxConnection(target, waitMsMax > 0 ? logger : undefined);
  const deadline = performance.now() + waitMsMax;
  for (;;) {
    try {
      const engine = await engineOf(connection);
      await engine.create(target.database);
      connection.logger = logger;
      return new InfluxDbSeriesGenerations(connection, engine);
    } catch (error) {
      if (performance.now() < deadline) {
        await rest(RETRY_MS);
        continue;
      }
      connection.close();
      throw new ServerRefusedError(SETTING, url, whyOf(error instanceof Error && error.cause ? error.cause : error), { cause: error });
    }
  }
}

async function engineOf(connection: InfluxConnection): Promise<Engine> {
  const { headers } = await connection.request('GET', '/ping');
  const version = String(headers['x-influxdb-version'] ?? '').replace(/^v/, '');
  const { org } = connection.target;
  if (/^1\./.test(version)) {
    if (org !== undefined)
      throw new Error(`this is InfluxDB ${version}, which has no organisations: use http://user:password@host:8086/database`);
    return new Engine1(connection, version);
  }
  if (/^2\./.test(version)) {
    if (org === undefined) throw new Error(`this is InfluxDB ${version}, which needs ?org=…&bucket=…&token=… in the URL`);
    return Engine2.open(connection, version, org);
  }
  throw new Error(version ? `InfluxDB ${version} is not supported: 1.x and 2.x are` : 'this is no InfluxDB server');
}
