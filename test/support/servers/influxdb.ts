/** InfluxDB 1.x as Debian packages it, for tests and benchmarks: free ports of the loopback, a folder of its own, no reports to anybody. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { startServer, type TestServer } from './server-process.js';

const PROGRAM = '/usr/bin/influxd';
export const influxdbIsHere = existsSync(PROGRAM);

export interface InfluxDbOptions {
  /** Requires a user and a password, and makes them; the URL carries them. */
  password?: string;
  /** Further settings by section: `{ http: ['max-body-size = 1000'] }`. */
  settings?: Record<string, string[]>;
}

/** The URL names the database `thingsio`, which is not there yet. Restarted or killed: what it acknowledged is there again. */
export async function startInfluxDb({ password, settings = {} }: InfluxDbOptions = {}): Promise<TestServer> {
  if (!influxdbIsHere) throw new Error('influxdb is not installed here');
  const [port, rpcPort] = [await freePort(), await freePort()];
  const url = new URL(`http://127.0.0.1:${port}/thingsio`);
  const sections = password === undefined ? settings : { ...settings, http: [...(settings.http ?? []), 'auth-enabled = true'] };
  const server = await startServer(url.href, {
    name: 'influxdb',
    prepare: (dir) => writeFileSync(join(dir, 'influxdb.conf'), configOf(dir, port, rpcPort, sections)),
    command: (dir) => [PROGRAM, '-config', join(dir, 'influxdb.conf')],
    answers: () => ping(port),
    stopSignal: 'SIGTERM',
  });
  if (password === undefined) return server;
  await runInfluxStatement(url, `CREATE USER thingsio WITH PASSWORD '${password}' WITH ALL PRIVILEGES`);
  [url.username, url.password] = ['thingsio', encodeURIComponent(password)];
  return { ...server, url: url.href };
}

async function ping(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(2_000) });
  if (answer.status !== 204) throw new Error(`/ping answered ${answer.status}`);
}

/** Runs a statement to its end: InfluxDB sends the head of its answer before it begins. */
export async function runInfluxStatement(server: URL | string, q: string, db = ''): Promise<void> {
  const answer = await fetch(new URL(`/query?db=${db}`, server), { method: 'POST', body: new URLSearchParams({ q }) });
  const text = await answer.text();
  if (!answer.ok || text.includes('"error"')) throw new Error(`InfluxDB refused ${q}: ${text}`);
}

/** What is switched off is its own telemetry and its logs; the WAL is fsynced at every write, as it is by default. */
function configOf(dir: string, port: number, rpcPort: number, settings: Record<string, string[]>): string {
  const sections: Record<string, string[]> = {
    meta: [`dir = "${dir}/meta"`],
    data: [`dir = "${dir}/data"`, `wal-dir = "${dir}/wal"`, 'wal-fsync-delay = "0s"', 'query-log-enabled = false'],
    coordinator: [],
    monitor: ['store-enabled = false'],
    http: [`bind-address = "127.0.0.1:${port}"`, 'log-enabled = false'],
    logging: ['level = "error"', 'suppress-logo = true'],
  };
  const texts = Object.entries(sections).map(([name, lines]) => `[${name}]\n${[...lines, ...(settings[name] ?? [])].join('\n')}\n`);
  return `reporting-disabled = true\nbind-address = "127.0.0.1:${rpcPort}"\n${texts.join('')}`;
}
