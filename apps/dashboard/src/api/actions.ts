/** Everything the dashboard changes. Each call carries an Idempotency-Key, so that a retry after a lost answer adds nothing. */
import type { DeviceSchema, DeviceView, Scope } from '#contracts';
import { ask, isWithoutSession } from './http.js';
import { liveSocket } from '../live/socket.js';
import { queryClient } from './client.js';
import { session } from './session.js';

export const once = (): Record<string, string> => ({ 'idempotency-key': randomKey() });

/** `crypto.randomUUID` exists only on https and localhost; a dashboard in a local network may be neither. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function signUp(email: string, password: string): Promise<void> {
  const account = await ask<{ accountId: string; apiKey: string }>('/accounts', { method: 'POST', body: { email, password } });
  await enter(email, password, account.apiKey);
}

export const signIn = (email: string, password: string): Promise<void> => enter(email, password, undefined);

async function enter(email: string, password: string, firstKey: string | undefined): Promise<void> {
  await ask('/sessions', { method: 'POST', body: { email, password } });
  await forgetAccount();
  rememberKey(firstKey);
  await queryClient.invalidateQueries({ queryKey: ['me'] });
}

/** The same account, whose session has ended: everything of it that is on the page stays. */
export async function signInAgain(email: string, password: string): Promise<void> {
  await ask('/sessions', { method: 'POST', body: { email, password } });
  session.began();
  liveSocket.reconnect();
}

export async function signOut(): Promise<void> {
  session.left();
  await ask('/sessions/current', { method: 'DELETE' }).catch((error: unknown) => {
    // There is none any more: that is what is wanted.
    if (!isWithoutSession(error)) throw error;
  });
  await leave();
}

export async function leave(): Promise<void> {
  session.left();
  await forgetAccount();
  queryClient.setQueryData(['me'], null);
}

/** Nothing of one account may be there for the next, however the session before it ended. */
async function forgetAccount(): Promise<void> {
  liveSocket.close();
  rememberKey(undefined);
  await queryClient.cancelQueries();
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' && query.queryKey[0] !== 'config' });
}

export interface NewDevice {
  deviceId?: string;
  name: string;
  tags: Record<string, string>;
  schema: DeviceSchema;
}

export async function createDevice(body: NewDevice): Promise<DeviceView> {
  const made = await ask<DeviceView>('/devices', { method: 'POST', body, headers: once() });
  await queryClient.invalidateQueries({ queryKey: ['devices'] });
  return made;
}

export async function describeDevice(deviceId: string, body: { name?: string; tags?: Record<string, string> }): Promise<void> {
  await ask(`/devices/${encodeURIComponent(deviceId)}`, { method: 'PATCH', body });
  await refresh(deviceId);
}

export async function retireDevice(deviceId: string): Promise<void> {
  await ask(`/devices/${encodeURIComponent(deviceId)}`, { method: 'DELETE' });
  await queryClient.invalidateQueries({ queryKey: ['devices'] });
}

export async function changeSchema(deviceId: string, schema: DeviceSchema, etag?: string): Promise<void> {
  await ask(`/devices/${encodeURIComponent(deviceId)}/schema`, {
    method: 'PUT',
    body: schema,
    headers: etag ? { 'if-match': etag } : undefined,
  });
  await refresh(deviceId);
}

export interface NewKey {
  name: string;
  scopes: Scope[];
  deviceIds?: string[];
  expiresAt?: string;
}

export async function createKey(body: NewKey): Promise<{ keyId: string; apiKey: string }> {
  const made = await ask<{ keyId: string; apiKey: string }>('/api-keys', { method: 'POST', body, headers: once() });
  await queryClient.invalidateQueries({ queryKey: ['api-keys'] });
  return made;
}

export async function revokeKey(keyId: string): Promise<void> {
  await ask(`/api-keys/${encodeURIComponent(keyId)}`, { method: 'DELETE' });
  await queryClient.invalidateQueries({ queryKey: ['api-keys'] });
}

async function refresh(deviceId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['device', deviceId] }),
    queryClient.invalidateQueries({ queryKey: ['devices'] }),
  ]);
}

/** The account's first key, known from sign-up: kept in memory until the page is left, never stored. */
let firstKey: string | undefined;
const rememberKey = (key: string | undefined): void => void (firstKey = key);
export const knownKey = (): string | undefined => firstKey;
