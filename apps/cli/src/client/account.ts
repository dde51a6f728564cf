/** Whose devices a command works on: the given key, a given account, or a fresh one that is printed. */
import { randomBytes } from 'node:crypto';
import type { Output } from '../output.js';
import { UsageError } from '../quantities.js';
import type { ApiClient } from './api-client.js';
import { ApiError } from './api-error.js';

export interface Credentials {
  email?: string | undefined;
  password?: string | undefined;
}

/** Leaves `client` able to write, and says which account it uses where it had to choose. */
export async function enter(client: ApiClient, credentials: Credentials, out: Output): Promise<void> {
  if (client.apiKey) return;
  if (credentials.email || credentials.password) {
    if (!credentials.email || !credentials.password) throw new UsageError('Give --email and --password together, or --key.');
    client.apiKey = await signUpOrIn(client, credentials.email, credentials.password);
    return;
  }
  const email = `sim-${randomBytes(4).toString('hex')}@example.com`;
  const password = randomBytes(9).toString('base64url');
  client.apiKey = await signUp(client, email, password);
  out.line('No key given, so this uses a fresh account:');
  out.line(`  e-mail   ${email}`);
  out.line(`  password ${password}`);
  out.line(`  API key  ${client.apiKey}`);
  out.line('  (Next time: --key, or THINGSIO_API_KEY in the environment.)');
  out.line();
}

/** For commands that only look at what is there. */
export function needKey(client: ApiClient): void {
  if (!client.apiKey) throw new UsageError('An API key is needed: give --key, or set THINGSIO_API_KEY.');
}

async function signUp(client: ApiClient, email: string, password: string): Promise<string> {
  const { apiKey } = await client.json<{ apiKey: string }>({ method: 'POST', path: '/accounts', body: { email, password } });
  return apiKey;
}

async function signUpOrIn(client: ApiClient, email: string, password: string): Promise<string> {
  try {
    return await signUp(client, email, password);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'account.email-taken')) throw error;
    const { token } = await client.json<{ token: string }>({ method: 'POST', path: '/sessions', body: { email, password } });
    return token;
  }
}
