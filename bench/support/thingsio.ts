/** The embedded platform in a process of its own, with an account and devices, for a benchmark. */
import { createClient, openAccount, type Client } from '../../test/support/client.js';
import { startPlatform, type PlatformOptions, type RunningPlatform } from '../../test/support/platform.js';
import type { Resources } from './resources.js';

export interface ThingsIO {
  url: string;
  accountId: string;
  apiKey: string;
  platform: RunningPlatform;
  get<T>(path: string): Promise<T>;
  createDevices(deviceIds: string[]): Promise<void>;
}

/** A benchmark uses one key, so what one key may do is no limit here. */
const ENVIRONMENT = {
  THINGSIO_LIMIT_KEY_REQUESTS_PER_SECOND: '1000000000',
  THINGSIO_LIMIT_KEY_READINGS_PER_SECOND: '1000000000',
  THINGSIO_LOG_LEVEL: 'warn',
};

export const TWO_FIELDS = {
  fields: { temperature: { type: 'number', unit: 'Cel', min: -40, max: 125 }, humidity: { type: 'number', unit: '%' } },
};

export async function startThingsIO(resources: Resources, options: PlatformOptions = {}): Promise<ThingsIO> {
  const platform = await startPlatform({ ...options, env: { ...ENVIRONMENT, ...options.env } });
  resources.onRelease(() => platform.remove());
  const account = await openAccount(platform.url);
  const client = createClient(platform.url, account.key);
  return {
    url: platform.url,
    accountId: account.accountId,
    apiKey: account.key ?? '',
    platform,
    get: (path) => mustCall(client, 'GET', path),
    createDevices: (deviceIds) => createDevices(client, deviceIds),
  };
}

export const createDevices = (client: Client, deviceIds: readonly string[]): Promise<void> =>
  eachSome(deviceIds, (deviceId) => mustCall(client, 'POST', '/devices', { deviceId, name: deviceId, schema: TWO_FIELDS }));

/** A few at once: a benchmark's preparations take long enough. */
export async function eachSome<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const atOnce = Array.from({ length: 16 }, async () => {
    for (const item of left) await work(item);
  });
  await Promise.all(atOnce);
}

/** The body of an answer that is none of an error. */
export async function mustCall<T>(client: Client, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await client.call<T>(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`);
  return answer.body;
}
