/** A Redis server for tests, on a free port of the loopback. What it acknowledged is there again after a restart. */
import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { startServer, type TestServer } from './server-process.js';

const PROGRAM = '/usr/bin/redis-server';
export const redisIsHere = existsSync(PROGRAM);

export interface RedisOptions {
  password?: string;
  /** Forgets everything when it is restarted or killed. */
  volatile?: boolean;
  /** Further settings: `['--maxmemory', '10mb']`. */
  settings?: string[];
}

export async function startRedis({ password, volatile = false, settings = [] }: RedisOptions = {}): Promise<TestServer> {
  const port = await freePort();
  const url = password === undefined ? `redis://127.0.0.1:${port}` : `redis://:${password}@127.0.0.1:${port}`;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', volatile ? 'no' : 'yes', ...settings];
  if (password !== undefined) args.push('--requirepass', password);
  return startServer(url, {
    name: 'redis',
    command: (dir) => [PROGRAM, '--dir', dir, '--daemonize', 'no', ...args],
    answers: () => ping(url),
    stopSignal: 'SIGTERM',
  });
}

async function ping(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
