/** What a client shows to be let in: how it is read from a request, hashed and made. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Scope } from '#contracts';

export const SESSION_COOKIE = 'thingsio_session';
export const KEY_PREFIX = 'tio_';
export const SESSION_PREFIX = 'tis_';

/** Who is asking. One object a key while it is cached. */
export interface Credential {
  kind: 'api-key' | 'session';
  /** Of the key or token; what the cache and the sockets are found by. */
  hash: string;
  /** keyId or sessionId. */
  id: string;
  accountId: string;
  scopes: ReadonlySet<Scope>;
  /** Set where it had the scope `operate`, were its account an operator. */
  operatesNot?: boolean;
  /** Absent where the key is not bound. */
  deviceIds?: ReadonlySet<string>;
  /** ms since epoch. */
  expiresAt?: number;
}

export interface Shown {
  token: string;
  /** Sent by a browser on its own: another site's page may not write with it. */
  byCookie: boolean;
}

/** Undefined where nothing was sent; an empty token where something was sent that cannot be one. */
export function shownBy(headers: IncomingHttpHeaders): Shown | undefined {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) return { token: /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '', byCookie: false };
  const key = headers['x-api-key'];
  if (key !== undefined) return { token: String(key).trim(), byCookie: false };
  const session = cookie === undefined ? undefined : sessionIn(cookie);
  return session === undefined ? undefined : { token: session, byCookie: true };
}

function sessionIn(cookies: string): string | undefined {
  for (const one of cookies.split(';')) {
    const equals = one.indexOf('=');
    if (one.slice(0, equals).trim() === SESSION_COOKIE) return one.slice(equals + 1).trim();
  }
  return undefined;
}

/** Hex SHA-256: keys and tokens are 32 random bytes, so a fast hash cannot be searched. */
export const hashOf = (token: string): string => hash('sha256', token, 'hex');

const shownOver = new WeakMap<object, { token: string; hash: string }>();

/** The same, of a token that came over this connection: most show one token with every request, and hashing it costs more than all the rest
 *  of letting them in. */
export function hashOver(connection: object, token: string): string {
  const before = shownOver.get(connection);
  if (before?.token === token) return before.hash;
  const fresh = { token, hash: hashOf(token) };
  shownOver.set(connection, fresh);
  return fresh.hash;
}

/** Whether a browser says that a page of another site asked: such a page is given no cookie (SameSite), and this holds too where a browser
 *  does not know SameSite. Every browser names the origin of what a page writes; what names none is a program with a cookie of its own. */
export function isFromOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

export function sessionCookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  return `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
