/** The answers of an alert rule. */
import { alertRuleOf, type JsonObject, type RecordedEvent } from '#contracts';
import type { AlertRuleState } from './alert-rule.js';

export function answerForAlertRule(
  { stream }: { type: string; stream: string },
  events: readonly RecordedEvent[],
  state: AlertRuleState,
): JsonObject {
  const { ruleId } = alertRuleOf(stream);
  const defined = events.find(({ type }) => type === 'AlertRuleDefined')?.data as { ruleVersion: number } | undefined;
  const ruleVersion = defined?.ruleVersion ?? (state.phase === 'active' ? state.ruleVersion : undefined);
  return ruleVersion === undefined ? { ruleId } : { ruleId, ruleVersion };
}
