/** Given what happened, when told something, then …: and every command, event and state takes the round trips it would
 *  take in production (structured clone between threads, JSON on the disk) on the way. */
import { expect } from 'vitest';
import { whyNotAnEvent } from '#contracts';
import type { Decider, Decision, Happened, Told } from '../decider.js';

/** An entity with its snapshots. */
export interface Subject<S, C, E> {
  decider: Decider<S, C, E>;
  freeze(state: S): unknown;
  thaw(frozen: unknown): S;
}

interface AnyEvent {
  type: string;
  data: unknown;
}

/** An event, or an event with what the log knows of it. */
export type Past<E> = E | (Partial<Omit<Happened<E>, 'revision'>> & { event: E });

/** 1 May 2026, 12:00 UTC: the time of everything that is given no other. */
export const NOW = Date.UTC(2026, 4, 1, 12);

export function given<S, C, E extends AnyEvent>(subject: Subject<S, C, E>, history: readonly Past<E>[] = []): Given<S, C, E> {
  const state = fold(subject, history);
  return {
    state,
    when(command, told = {}) {
      const full = { commandId: 'the-command', now: NOW, ...told, command };
      const decision = subject.decider.decide(state, full);
      decidesTheSame(subject, state, full, decision);
      return new Outcome(decision);
    },
  };
}

export interface Given<S, C, E> {
  state: S;
  when(command: C, told?: Partial<Omit<Told<C>, 'command'>>): Outcome<E>;
}

export class Outcome<E> {
  constructor(readonly decision: Decision<E>) {}

  then(events: readonly E[]): void {
    expect(this.decision).toEqual({ kind: 'accept', events });
  }

  thenNothing(): void {
    this.then([]);
  }

  thenRefused(code: string, matching: { message?: unknown; details?: unknown } = {}): void {
    expect(this.decision).toMatchObject({ kind: 'reject', rejection: { code, message: expect.any(String), ...matching } });
  }

  thenRepeats(revision: number): void {
    expect(this.decision).toEqual({ kind: 'repeat', revision });
  }

  /** The events of an accepted command. */
  get events(): E[] {
    if (this.decision.kind !== 'accept') throw new Error(`not accepted: ${JSON.stringify(this.decision)}`);
    return this.decision.events;
  }
}

/** Folds a history; at each step the state must survive its snapshot. */
export function fold<S, C, E extends AnyEvent>(subject: Subject<S, C, E>, history: readonly Past<E>[]): S {
  let state = subject.decider.initial;
  history.forEach((past, revision) => {
    const happened = 'event' in past ? past : { event: past };
    const event = roundTrip(happened.event);
    const full = { commandId: `command-${revision}`, recordedAt: NOW, ...happened, event, revision };
    const before = JSON.stringify(subject.freeze(state));
    const next = subject.decider.evolve(state, full);
    expect(JSON.stringify(subject.freeze(state)), 'evolve leaves the state before it alone').toBe(before);
    state = thawed(subject, next);
  });
  return state;
}

/** The same value as it comes out on the other side; fails where that differs. */
export function roundTrip<T>(value: T): T {
  const cloned = structuredClone(value);
  const parsed = JSON.parse(JSON.stringify(cloned)) as T;
  expect(parsed).toStrictEqual(value);
  return parsed;
}

function thawed<S, C, E>(subject: Subject<S, C, E>, state: S): S {
  const frozen = subject.freeze(state);
  const back = subject.thaw(roundTrip(frozen));
  expect(subject.freeze(back)).toStrictEqual(frozen);
  return back;
}

/** A decision depends on nothing but what is told and known, changes neither, and is plain data. */
function decidesTheSame<S, C, E extends AnyEvent>(subject: Subject<S, C, E>, state: S, told: Told<C>, decision: Decision<E>): void {
  expect(subject.decider.decide(thawed(subject, state), roundTrip(told))).toStrictEqual(decision);
  if (decision.kind === 'reject') roundTrip(decision);
  if (decision.kind !== 'accept') return;
  for (const event of decision.events) {
    roundTrip(event);
    expect(whyNotAnEvent(event.type, event.data), event.type).toBeUndefined();
  }
}
