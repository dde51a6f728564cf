/** Which of PostgreSQL's errors may be gone in a moment, which need a person, and which are our own. */
import { StoreUnavailableError } from '#ports';
import { textOf } from '../shared/server-url.js';

/** Another writer came first: the same work, begun anew, sees what that one did. */
const CONFLICTS = new Set(['40001' /* serialization_failure */, '40P01' /* deadlock_detected */, '55P03' /* lock_not_available */]);

/** Of the server, not of the statement: it is busy, full, stopping, starting, or gone. Classes by their first two characters. */
const PASSING_CLASSES = new Set(['08' /* connection */, '53' /* resources, too many connections */, '58' /* system */]);
const PASSING = new Set([
  '25P03', // idle_in_transaction_session_timeout: we were paused
  '25006', // read_only_sql_transaction: a standby, until it is promoted
  '57014', // query_canceled: the statement's time was over
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
]);

export const isConflict = (error: unknown): boolean => CONFLICTS.has(codeOf(error));

/** After it nothing more can be asked over this connection. */
export function endsConnection(error: unknown): boolean {
  const code = codeOf(error);
  return isOfConnection(error) || code.startsWith('08') || code.startsWith('57P') || code === '25P03';
}

export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return isOfConnection(error) || CONFLICTS.has(code) || PASSING.has(code) || PASSING_CLASSES.has(code.slice(0, 2));
}

/** As the port tells it: what may succeed later is a `StoreUnavailableError`, the rest stays what it is. */
export function asPortError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || !isPassing(error)) return error;
  return new StoreUnavailableError(`PostgreSQL cannot be used now: ${textOf(error)}`, { cause: error });
}

/** Five letters or digits, where the server itself says it. */
export function codeOf(error: unknown): string {
  const isOfServer = error instanceof Error && 'code' in error && 'severity' in error;
  return isOfServer ? String(error.code) : '';
}

/** It was lost, gave no answer in time, or never came to be: what Node and `pg` say of that has no code of the server. */
function isOfConnection(error: unknown): boolean {
  if (!(error instanceof Error) || codeOf(error) !== '') return false;
  const { code } = error as { code?: unknown };
  return (
    (typeof code === 'string' && /^E[A-Z_]+$/.test(code)) ||
    /^(Connection terminated|Client|Query read timeout|timeout e)/.test(error.message)
  );
}
