/** Rules as a table: a row a command, a table a phase of life. */
import type { Decision, Told } from './decider.js';

/** What a command does in one phase. */
export type Rules<S, C extends { type: string }, E> = {
  readonly [T in C['type']]: (state: S, command: Extract<C, { type: T }>, told: Told<C>) => Decision<E>;
};

export function applyRules<S, C extends { type: string }, E>(rules: Rules<S, C, E>, state: S, told: Told<C>): Decision<E> {
  const rule = rules[told.command.type as C['type']] as ((state: S, command: C, told: Told<C>) => Decision<E>) | undefined;
  if (rule === undefined) throw new Error(`no rule for the command ${told.command.type}`);
  return rule(state, told.command, told);
}
