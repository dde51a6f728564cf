/** InfluxDB 1.x as Debian packages it: our own process, ports and folder; its defaults for all that decides speed and safety. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Resources } from './resources.js';

export interface Influx {
  url: string;
  /** Rows of the first series of the answer. */
  query(q: string): Promise<{ columns: string[]; values: (string | number | null)[][] } | undefined>;
}

export const DATABASE = 'bench';
const BINARY = '/usr/bin/influxd';

export async function startInflux(resources: Resources): Promise<Influx> {
  if (!existsSync(BINARY)) throw new Error('InfluxDB is the peer of this benchmark: apt-get install influxdb');
  const dir = await resources.tempDir();
  const [port, rpcPort] = [await freePort(), await freePort()];
  await writeFile(join(dir, 'influxdb.conf'), configOf(dir, port, rpcPort));
  const child = spawn(BINARY, ['-config', join(dir, 'influxdb.conf')], { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: '/usr/bin' } });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const gone = once(child, 'exit');
  resources.onRelease(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const killing = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await gone;
    clearTimeout(killing);
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, () => (child.exitCode === null ? undefined : said));
  const influx: Influx = { url, query: (q) => query(url, q) };
  await influx.query(`CREATE DATABASE ${DATABASE}`);
  return influx;
}

async function untilReady(url: string, ended: () => string | undefined): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const said = ended();
    if (said !== undefined) throw new Error(`influxd ended: ${said}`);
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return;
    await sleep(50);
  }
  throw new Error('influxd did not become ready in 30 s');
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

/** What is switched off is its own telemetry and request log; the WAL is fsynced at every write, as it is by default. */
function configOf(dir: string, port: number, rpcPort: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${dir}/meta"
[data]
  dir = "${dir}/data"
  wal-dir = "${dir}/wal"
  wal-fsync-delay = "0s"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[logging]
  level = "error"
  suppress-logo = true
`;
}
