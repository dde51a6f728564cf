/** What an entity is: a pure decision and a pure fold. No clock, randomness, I/O or `await`. */
import type { JsonObject } from '#contracts';

/** A command as the decider sees it. `now` is when the door took it (ms since epoch). */
export interface Told<C> {
  command: C;
  commandId: string;
  /** Present where the command can arrive again. */
  bodyHash?: string;
  now: number;
}

/** An event as the fold sees it: what happened, and what the log knows of it. */
export interface Happened<E> {
  event: E;
  commandId: string;
  bodyHash?: string;
  recordedAt: number;
  revision: number;
}

export type Decision<E> =
  /** May be empty: nothing needs to happen. */
  | { kind: 'accept'; events: E[] }
  | { kind: 'reject'; rejection: Rejection }
  /** This command was decided before: its events begin at `revision`. */
  | { kind: 'repeat'; revision: number };

/** A refusal is returned, a bug is thrown. `code` is one of `ERRORS`. */
export interface Rejection {
  code: string;
  message: string;
  details?: JsonObject;
}

export interface Decider<S, C, E> {
  initial: S;
  decide(state: S, told: Told<C>): Decision<E>;
  /** Never validates: it has happened. */
  evolve(state: S, happened: Happened<E>): S;
}

export const accept = <E>(...events: E[]): Decision<E> => ({ kind: 'accept', events });
export const reject = (code: string, message: string, details?: JsonObject): Decision<never> => ({
  kind: 'reject',
  rejection: details ? { code, message, details } : { code, message },
});
export const repeat = (revision: number): Decision<never> => ({ kind: 'repeat', revision });
