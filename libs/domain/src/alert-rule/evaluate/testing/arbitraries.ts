/** Rules and readings of all kinds, for properties. */
import fc from 'fast-check';
import type { AlertCondition, AlertRule } from '#contracts';
import { ruleOf } from './rules.js';

const field = fc.constantFrom('t', 'u');
const op = fc.constantFrom('>', '>=', '<', '<=' as const);
const value = fc.integer({ min: -4, max: 4 });
const within = fc.constantFrom('1m', '3m', '10m');

const leaf: fc.Arbitrary<AlertCondition> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('threshold' as const), field, op, value }) },
  fc.record({ type: fc.constant('range' as const), field, min: fc.constant(-2), max: fc.constant(2), hysteresis: fc.constantFrom(0, 1) }),
  fc.record({ type: fc.constant('rate' as const), field, op, value, per: within, over: within }),
  fc.record({ type: fc.constant('rate' as const), field, op, value, per: within }),
  fc.record({ type: fc.constant('no-data' as const), within }),
  fc.record({ type: fc.constant('anomaly' as const), field, score: fc.constantFrom(0.3, 0.8) }),
  fc.record({ type: fc.constant('forecast' as const), field, op, value, within }),
  fc
    .record({ op, value, right: fc.constantFrom('t', 'u') })
    .map(({ op, right }): AlertCondition => ({ type: 'compare', left: { field: 't' }, op, right: { deviceId: 'd2', field: right } })),
);
const condition: fc.Arbitrary<AlertCondition> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  fc.record({ type: fc.constantFrom('all' as const, 'any' as const), of: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
);
/** With every kind of condition but geofences, on the fields `t` and `u`. */
export const rule: fc.Arbitrary<AlertRule> = fc
  .record({
    condition,
    more: fc.record({ for: within, keepFiringFor: within }, { requiredKeys: [] }),
    flaps: fc.boolean(),
    day: fc.boolean(),
  })
  .map(({ condition, more, flaps, day }) =>
    ruleOf(condition, {
      ...more,
      ...(flaps && { flapping: { changes: 3, within: '10m' } }),
      ...(day && { schedule: { tz: 'UTC', days: [5], from: '12:05', to: '12:20' } }),
    }),
  );

export interface Row {
  minutes: number;
  t: number | null;
  u: number | null;
}
/** `minutes` after the reading before. */
export const row: fc.Arbitrary<Row> = fc.record({ minutes: fc.integer({ min: -1, max: 3 }), t: fc.option(value), u: fc.option(value) });
