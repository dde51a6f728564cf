/** The clock of arrival, for rules that look at silence: when time alone may change something next. */
import type { AlertRule, TransitionPlace } from '#contracts';
import { nextBoundary } from '../schedule.js';
import type { ConditionTree } from './condition-tree.js';
import type { EvaluationState } from './evaluation-state.js';
import type { Machine } from './machine.js';
import type { SilenceState } from './silence-leaf.js';

/** What time alone does has its place after all readings of the event before it; an event has no more readings than this. */
const TICKS_FROM = 1_000_000;

export function tickPlace(state: EvaluationState): TransitionPlace {
  return { position: state.position, index: TICKS_FROM + state.ticks++ };
}

interface Parts {
  tree: ConditionTree;
  machine: Machine;
  rule: AlertRule;
}

/** Infinity where nothing will happen without a reading. Each deadline is passed once: what it brings about takes it away. */
export function nextDeadline({ tree, machine, rule }: Parts, state: EvaluationState): number {
  let next = Infinity;
  tree.leaves.forEach(({ silence }, i) => {
    const leaf = state.leaves[i] as SilenceState;
    if (silence && !leaf.h) next = Math.min(next, leaf.arrivedAt + silence.withinMs);
  });
  const { phase, since } = state.machine;
  if (phase === 'pending') next = Math.min(next, since + machine.forMs);
  if (phase === 'recovering') next = Math.min(next, since + machine.holdMs(state.machine));
  if (rule.schedule && tree.holds(state.leaves)) next = Math.min(next, nextBoundary(rule.schedule, state.time));
  return next;
}
