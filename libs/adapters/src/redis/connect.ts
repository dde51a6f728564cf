/** A connection to Redis that comes back by itself, and an error in one line where there is none to begin with. */
import { Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailableError } from '#ports';
import { ServerRefusedError, textOf } from '../shared/server-url.js';

export interface Logger {
  info(members: object, message: string): void;
  warn(members: object, message: string): void;
}

export interface ConnectConfig {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. */
  url: string;
  /** How long to wait for a server that is not there yet; without it, it must be there at once. */
  waitMsMax?: number;
  logger?: Logger;
}

const SETTING = 'REDIS_URL';
/** As for RabbitMQ. A machine on which everything starts at once leaves little time to anyone. */
const CONNECT_MS_MAX = 10_000;
/** Longer than a reader is ever blocked: a server that says nothing for so long is gone, though nobody has told us. */
const SILENCE_MS_MAX = 15_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 30_000;
const HEALTH_MS_MAX = 2_000;

/** With chance in it, so that not all come back at once. */
export function retryDelayMs(tries: number): number {
  const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries - 1, 20));
  return delay / 2 + Math.random() * (delay / 2);
}

/** A command that was on its way when the connection broke is sent again: those who use this client can bear it twice. */
export const OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: CONNECT_MS_MAX,
  socketTimeout: SILENCE_MS_MAX,
  keepAlive: 10_000,
  maxRetriesPerRequest: null,
  retryStrategy: retryDelayMs,
  // A replica that was a master until a moment ago: the master is elsewhere now.
  reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
};

/** Makes a client by `create` and connects it; rejects with one line where the server is missing or refuses. */
export async function connect<Client extends Redis>(
  { url, waitMsMax = 0, logger }: ConnectConfig,
  create: (url: string, options: RedisOptions) => Client,
): Promise<Client> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url))
    throw new ServerRefusedError(SETTING, url, 'this is no URL like redis://user:password@host:6379');
  const deadline = performance.now() + waitMsMax;
  for (let tries = 1; ; tries++) {
    const client = create(url, OPTIONS);
    try {
      await connectOnce(client);
      tellOfChanges(client, logger);
      return client;
    } catch (error) {
      client.disconnect();
      const delayMs = retryDelayMs(tries);
      if (performance.now() + delayMs > deadline) throw new ServerRefusedError(SETTING, url, whyNot(error), { cause: error });
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** Rejects with the first thing that goes wrong, where the client itself would try for ever. */
async function connectOnce(client: Redis): Promise<void> {
  let fail = (_: Error): void => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
    setTimeout(reject, CONNECT_MS_MAX, new Error('it gives no answer; is this a Redis server?')).unref();
  });
  failed.catch(() => undefined);
  client.on('error', fail);
  const connecting = client.connect();
  connecting.catch(() => undefined);
  try {
    await Promise.race([failed, connecting.then(() => client.ping())]);
  } finally {
    client.off('error', fail);
  }
}

function tellOfChanges(client: Redis, logger: Logger | undefined): void {
  let last = '';
  let away = false;
  client.on('error', (error) => (last = textOf(error)));
  // Where it is closed by us, it is not tried again.
  client.on('reconnecting', () => {
    if (away) return;
    away = true;
    logger?.warn({ error: last }, 'Redis is away; it is tried again');
  });
  client.on('ready', () => {
    if (away) logger?.info({}, 'Redis is back');
    away = false;
  });
}

/** Rejects with why nothing can be asked now. */
export async function checkHealth(client: Redis): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailableError(`Redis gives no answer within ${HEALTH_MS_MAX} ms`)), HEALTH_MS_MAX);
  });
  try {
    if (client.status !== 'ready') throw new StoreUnavailableError('Redis is away');
    await Promise.race([client.ping(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function whyNot(error: unknown): string {
  const text = textOf(error);
  return /Protocol error/.test(text) ? `${text}; is this a Redis server?` : text;
}
