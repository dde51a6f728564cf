/** What the server and the transport say when something fails, in the words of the port. */
import { convertToCommandError, isCommandError } from '@eventstore/db-client';
import { StoreUnavailableError } from '#ports';
import { textOf } from '../shared/server-url.js';

/** gRPC status codes after which the same may succeed. The first error after a lost connection is a bare one with code 14. */
const CANCELLED = 1;
const PASSING = new Set([CANCELLED, 4 /* deadline */, 8 /* exhausted */, 10 /* aborted */, 13 /* internal */, 14 /* unavailable */]);
const PASSING_TYPES = new Set<string>(['unavailable', 'cancelled', 'deadline-exceeded', 'timeout', 'not-leader']);

/** The server does not answer within our own time: the client has none for reads and appends. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Whether trying again can help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswerError || error instanceof StoreUnavailableError) return true;
  if (!(error instanceof Error)) return false;
  const converted = convertToCommandError(error);
  if (isCommandError(converted)) return PASSING_TYPES.has(converted.type) || PASSING.has(Number(converted.code));
  // Discovery of a cluster's nodes, DNS, sockets.
  return /Failed to discover|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|Channel has been shut down/.test(`${textOf(error)} ${codeOf(error)}`);
}

/** The stream was deleted for good, or is soft-deleted: for a reader it holds nothing. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const converted = convertToCommandError(error);
  return isCommandError(converted) && (converted.type === 'stream-deleted' || converted.type === 'stream-not-found');
}

/** As the port tells it: what may succeed later is a `StoreUnavailableError`, the rest stays what it is. */
export function asPortError(error: unknown): unknown {
  return isPassing(error) ? new StoreUnavailableError(`EventStoreDB cannot be used now: ${whyOf(error)}`, { cause: error }) : error;
}

/** OpenSSL, of a first byte that begins no TLS. */
const NO_TLS = /SSL routines:\w*:wrong version number/;

/** Without what only the transport is interested in. */
export function whyOf(error: unknown): string {
  const text = textOf(error).replace(/^\d+ [A-Z_]+: /, '');
  if (NO_TLS.test(text)) return 'the server does not speak TLS: add ?tls=false';
  return text.replace(/^No connection established\. Last error: (?:Error: )?(?=\w{2})/, '').replace(/\.? Resolution note: *$/, '');
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
