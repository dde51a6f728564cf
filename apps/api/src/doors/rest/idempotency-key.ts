/** The `Idempotency-Key` header, and the command ids that follow from it. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { v5 as uuidv5 } from 'uuid';
import { refuse } from './problem-error.js';

/** Namespace of all command ids that follow from an Idempotency-Key; made once, never to be changed. */
const NAMESPACE = '6f4f7a52-2b1e-4d0c-9c39-2f2b1f0f6b9e';
const VALID = /^[\x21-\x7e]{1,255}$/;

/** Undefined where there is none; throws 400 for one that is not 1 to 255 visible characters. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && VALID.test(key)) return key;
  throw refuse('idempotency.bad-key', 'The Idempotency-Key must be 1 to 255 visible ASCII characters.');
}

/** The same account, route and key give the same command id, on any replica. */
export const commandIdOf = (accountId: string, route: string, key: string): string => uuidv5(`${accountId}\n${route}\n${key}`, NAMESPACE);

/** Of what was asked: hex SHA-256 of the format and the unpacked body. */
export const bodyHashOf = (format: string, body: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${format}\n`), body]), 'hex');
