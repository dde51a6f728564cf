/** What can have happened to an account. Streams: `account-<accountId>`, `email-<sha256 of the address>`. */

export type Scope = 'read' | 'write' | 'manage' | 'operate';
export const SCOPES: readonly Scope[] = ['read', 'write', 'manage', 'operate'];

/** In the stream of an address: which account holds it. Appended before the account is opened. */
export interface EmailClaimed {
  type: 'EmailClaimed';
  data: { accountId: string };
}

export interface AccountOpened {
  type: 'AccountOpened';
  /** `passwordHash` is an argon2id string. */
  data: { accountId: string; email: string; passwordHash: string };
}

/** `keyHash`: hex SHA-256 of the key; the key itself is never stored. Times are ms since epoch. */
export interface ApiKeyIssued {
  type: 'ApiKeyIssued';
  data: { keyId: string; name: string; keyHash: string; scopes: Scope[]; deviceIds?: string[]; expiresAt?: number };
}

export interface ApiKeyRevoked {
  type: 'ApiKeyRevoked';
  data: { keyId: string };
}

export interface SessionStarted {
  type: 'SessionStarted';
  data: { sessionId: string; tokenHash: string; expiresAt: number };
}

export interface SessionEnded {
  type: 'SessionEnded';
  data: { sessionId: string };
}

export type EmailEvent = EmailClaimed;
export type AccountEvent = AccountOpened | ApiKeyIssued | ApiKeyRevoked | SessionStarted | SessionEnded;
