/** Whether an append may be committed: the server's rules on expected revisions and retries. */
import type { ProposedEvent, StoredEvent } from './event-record.js';

/** A revision from 0 on, or one of these. */
export const NO_STREAM = -1;
export const ANY = -2;
export const STREAM_EXISTS = -4;

export interface StreamState {
  events: readonly StoredEvent[];
  tombstoned: boolean;
  softDeleted: boolean;
  hasMetadata: boolean;
}

export type CommitCheck =
  | { decision: 'ok'; revives: boolean }
  | { decision: 'repeated'; last: StoredEvent }
  | { decision: 'wrong-revision'; current: number }
  | { decision: 'deleted' };

/** `recentlyCommitted` knows only some ids, and none from before a restart: that is why `any` is not idempotent. */
export function checkCommit(
  { events, tombstoned, softDeleted, hasMetadata }: StreamState,
  expected: number,
  proposed: ProposedEvent[],
  recentlyCommitted: (id: string) => StoredEvent | undefined,
): CommitCheck {
  const current = events.length - 1;
  const wrong: CommitCheck = { decision: 'wrong-revision', current };
  if (tombstoned) return { decision: 'deleted' };
  if (expected === STREAM_EXISTS && softDeleted) return { decision: 'deleted' };
  if (expected === STREAM_EXISTS && current < 0 && !hasMetadata) return wrong;
  if (expected === ANY || expected === STREAM_EXISTS) {
    const known = proposed.map(({ id }) => recentlyCommitted(id));
    const count = known.findIndex((event) => event === undefined || events[event.revision] !== event);
    if (count === 0 || known.length === 0) return { decision: 'ok', revives: softDeleted };
    return count === -1 ? { decision: 'repeated', last: known.at(-1)! } : wrong;
  }
  if (expected > current) return wrong;
  if (expected === current) return { decision: 'ok', revives: softDeleted };
  const same = proposed.findIndex(({ id }, n) => events[expected + 1 + n]?.id !== id);
  if (same === -1 && proposed.length > 0) return { decision: 'repeated', last: events[expected + proposed.length]! };
  if (same === 0 && expected === NO_STREAM && softDeleted) return { decision: 'ok', revives: true };
  return wrong;
}
