/** Who there is, and with which keys and sessions they come in. */
import type { ApiKeyIssued, RecordedEvent, SessionStarted } from '#contracts';
import type { ViewTables, ViewTransaction } from '#ports';
import { isA, type Projection } from './projection.js';
import { upsert } from './rows.js';

interface AccountChanges {
  accounts: ViewTables['accounts'][];
  apiKeys: ViewTables['api_keys'][];
  sessions: ViewTables['sessions'][];
  /** Of keys and sessions that began in an earlier batch; so they come before what begins in this one. */
  revoked: { account_id: string; key_id: string; revoked_at: number }[];
  ended: { account_id: string; session_id: string; ended_at: number }[];
}

export const accounts: Projection<AccountChanges> = {
  name: 'accounts',
  version: 1,
  handles: ['AccountOpened', 'ApiKeyIssued', 'ApiKeyRevoked', 'SessionStarted', 'SessionEnded'],
  tables: ['accounts', 'api_keys', 'sessions'],

  fold(events) {
    const opened = new Map<string, ViewTables['accounts']>();
    const keys = new Map<string, ViewTables['api_keys']>();
    const sessions = new Map<string, ViewTables['sessions']>();
    const changes: AccountChanges = { accounts: [], apiKeys: [], sessions: [], revoked: [], ended: [] };
    for (const event of events) {
      const account_id = event.metadata.accountId;
      const at = event.metadata.recordedAt;
      if (isA(event, 'AccountOpened')) {
        opened.set(account_id, { account_id, email: event.data.email, password_hash: event.data.passwordHash, opened_at: at });
      } else if (isA(event, 'ApiKeyIssued')) {
        keys.set(`${account_id}.${event.data.keyId}`, apiKey(event));
      } else if (isA(event, 'SessionStarted')) {
        sessions.set(`${account_id}.${event.data.sessionId}`, session(event));
      } else if (isA(event, 'ApiKeyRevoked')) {
        const key = keys.get(`${account_id}.${event.data.keyId}`);
        if (key) key.revoked_at = at;
        else changes.revoked.push({ account_id, key_id: event.data.keyId, revoked_at: at });
      } else if (isA(event, 'SessionEnded')) {
        const started = sessions.get(`${account_id}.${event.data.sessionId}`);
        if (started) started.ended_at = at;
        else changes.ended.push({ account_id, session_id: event.data.sessionId, ended_at: at });
      }
    }
    return { ...changes, accounts: [...opened.values()], apiKeys: [...keys.values()], sessions: [...sessions.values()] };
  },

  async write(tx, changes) {
    await writeEnds(tx, changes);
    await upsert(tx, 'accounts', ['account_id'], changes.accounts);
    await upsert(tx, 'api_keys', ['account_id', 'key_id'], changes.apiKeys);
    await upsert(tx, 'sessions', ['account_id', 'session_id'], changes.sessions);
  },
};

/** One statement each: people do this by hand. */
async function writeEnds(tx: ViewTransaction, { revoked, ended }: AccountChanges): Promise<void> {
  for (const { account_id, key_id, revoked_at } of revoked) {
    await tx.updateTable('api_keys').set({ revoked_at }).where('account_id', '=', account_id).where('key_id', '=', key_id).execute();
  }
  for (const { account_id, session_id, ended_at } of ended) {
    const update = tx.updateTable('sessions').set({ ended_at });
    await update.where('account_id', '=', account_id).where('session_id', '=', session_id).execute();
  }
}

function apiKey({ data, metadata }: RecordedEvent<ApiKeyIssued>): ViewTables['api_keys'] {
  return {
    account_id: metadata.accountId,
    key_id: data.keyId,
    key_hash: data.keyHash,
    name: data.name,
    scopes: JSON.stringify(data.scopes),
    device_ids: data.deviceIds === undefined ? null : JSON.stringify(data.deviceIds),
    created_at: metadata.recordedAt,
    expires_at: data.expiresAt ?? null,
    revoked_at: null,
  };
}

function session({ data, metadata }: RecordedEvent<SessionStarted>): ViewTables['sessions'] {
  return {
    account_id: metadata.accountId,
    session_id: data.sessionId,
    token_hash: data.tokenHash,
    started_at: metadata.recordedAt,
    expires_at: data.expiresAt,
    ended_at: null,
  };
}
