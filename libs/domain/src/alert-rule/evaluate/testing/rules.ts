/** Rules and readings for specs. */
import type { AlertCondition, AlertRule } from '#contracts';
import { createRuleEvaluator, type RuleEvaluator } from '../rule-evaluator.js';
import type { EvaluationState, Transition } from '../evaluation-state.js';
import type { AnomalyScorer } from '../leaf.js';
import { ReadingBatch, type Arrived } from '../reading-batch.js';

/** 1 May 2026, a Friday, 12:00 UTC. */
export const T0 = Date.UTC(2026, 4, 1, 12);
export const MINUTE = 60_000;

export const ruleOf = (condition: AlertCondition, more: Partial<AlertRule> = {}): AlertRule => ({
  name: 'A rule',
  severity: 'warning',
  enabled: true,
  devices: {},
  condition,
  notify: [],
  ...more,
});

export const above = (value: number, more: { clear?: number } = {}): AlertCondition => ({
  type: 'threshold',
  field: 't',
  op: '>',
  value,
  ...more,
});

/** Half of the distance to the mean of the two readings before, at most 1: enough of a score to test with. */
export const fakeScorer: AnomalyScorer = {
  initial: () => ({ before: [] as number[] }),
  step(state, _time, value) {
    const { before } = state as { before: number[] };
    const mean = before.reduce((sum, one) => sum + one, 0) / before.length;
    const score = before.length < 2 ? NaN : Math.min(1, Math.abs(value - mean) / 2);
    return { state: { before: [...before, value].slice(-2) }, score };
  },
};

export const evaluatorOf = (condition: AlertCondition, more: Partial<AlertRule> = {}): RuleEvaluator =>
  createRuleEvaluator(ruleOf(condition, more), { anomalies: fakeScorer });

/** What happens when values of `t` come once a minute: `[minute, what]`. */
export function outcomes(
  condition: AlertCondition,
  values: readonly (number | null)[],
  more: Partial<AlertRule> = {},
): [minute: number, what: string][] {
  const sut = evaluatorOf(condition, more);
  const state = sut.initial(T0, 0);
  return values.flatMap((value, i) => sut.receive(state, 'd1', readings(i, { t: [value] })).map(described));
}

export const described = ({ at, kind }: Transition): [number, string] => [(at - T0) / MINUTE, kind];

export function readings(minute: number, fields: Arrived['fields'], more: Partial<Arrived> = {}): ReadingBatch {
  const at = T0 + minute * MINUTE;
  return new ReadingBatch({ deviceId: 'd1', position: minute + 1, recordedAt: at, time: [at], fields, ...more });
}

/** As it comes back from a snapshot. */
export const thawed = (state: EvaluationState): EvaluationState => JSON.parse(JSON.stringify(state)) as EvaluationState;
