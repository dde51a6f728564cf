/** For each alert that is raised or cleared, a row for each of the rule's targets. */
import { v5 as uuidv5 } from 'uuid';
import { alertRuleOf, type AlertRule, type RecordedEvent } from '#contracts';
import { durationMs } from '#domain';
import type { ViewTables } from '#ports';

export type DeliveryRow = ViewTables['alert_deliveries'];

const DELIVERIES = '8c8e6a1d-3b7e-4d6b-8a8d-6d3e2a9f5c10';

/** The same for whoever puts it in line. `n`: of those repeated, which. */
export const deliveryIdOf = (alertId: string, kind: DeliveryRow['kind'], target: number, n: number): string =>
  uuidv5(`${alertId}\n${kind}\n${target}\n${n}`, DELIVERIES);

/** Empty for events of other kinds, and for rules that notify nobody. An alert that ends because its rule does is ended in silence. */
export function deliveriesFor(
  event: RecordedEvent,
  ruleOf: (accountId: string, ruleId: string) => AlertRule | undefined,
  now: number,
): DeliveryRow[] {
  if (event.type !== 'AlertRaised' && event.type !== 'AlertCleared') return [];
  const { accountId, ruleId } = alertRuleOf(event.stream);
  const rule = ruleOf(accountId, ruleId);
  const kind = event.type === 'AlertRaised' ? 'raised' : 'cleared';
  const { alertId } = event.data as { alertId: string };
  return (rule?.notify ?? []).map((target, i) => ({
    delivery_id: deliveryIdOf(alertId, kind, i, 0),
    part: 0,
    account_id: accountId,
    rule_id: ruleId,
    alert_id: alertId,
    kind,
    target: JSON.stringify(target),
    body: '',
    repeat_every: kind === 'raised' && rule?.repeatEvery !== undefined ? durationMs(rule.repeatEvery) : null,
    state: 'queued',
    attempts: 0,
    created_at: now,
    next_attempt_at: now,
    delivered_at: null,
    status: null,
    error: null,
  }));
}

/** The next of those that are repeated, after the one that was raised or repeated before. */
export function repetitionOf(row: DeliveryRow, n: number, now: number): DeliveryRow {
  return {
    ...row,
    delivery_id: uuidv5(`${row.alert_id}\n${row.target}\n${n}`, DELIVERIES),
    kind: 'repeated',
    body: '',
    state: 'queued',
    attempts: 0,
    created_at: now,
    next_attempt_at: now + row.repeat_every!,
    delivered_at: null,
    status: null,
    error: null,
  };
}
