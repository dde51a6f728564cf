/** The alert rules of an account as they are now. */
import { alertRuleOf, type RecordedEvent } from '#contracts';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { mergeRows } from './merge-rows.js';

type RuleRow = ViewTables['alert_rules'];
type RuleChange = Pick<RuleRow, 'account_id' | 'rule_id'> & Partial<RuleRow>;

const BLANK: Omit<RuleRow, 'account_id' | 'rule_id'> = {
  rule_version: 0,
  name: '',
  severity: 'info',
  rule: '{}',
  position: 0,
  created_at: 0,
  changed_at: 0,
  retired_at: null,
  silenced_until: null,
  silence_reason: null,
};

export const alertRules: Projection<RuleChange[]> = {
  name: 'alert-rules',
  version: 1,
  handles: ['AlertRuleDefined', 'AlertRuleRetired', 'AlertSilenced'],
  tables: ['alert_rules'],

  fold(events) {
    const changes = new Map<string, RuleChange>();
    for (const event of events) {
      const { accountId, ruleId } = alertRuleOf(event.stream);
      const before = changes.get(event.stream) ?? { account_id: accountId, rule_id: ruleId };
      changes.set(event.stream, { ...before, ...changeBy(event) });
    }
    return [...changes.values()];
  },

  write: (tx, changes) => mergeRows(tx, 'alert_rules', ['account_id', 'rule_id'], { blank: BLANK, changes }),
};

function changeBy(event: RecordedEvent): Partial<RuleRow> {
  const at = event.metadata.recordedAt;
  if (isA(event, 'AlertRuleDefined')) {
    const { ruleVersion, rule } = event.data;
    const first = ruleVersion === 1 ? { ...BLANK, created_at: at } : {};
    const { name, severity } = rule;
    return { ...first, rule_version: ruleVersion, name, severity, rule: JSON.stringify(rule), position: event.position, changed_at: at };
  }
  if (isA(event, 'AlertSilenced')) return { silenced_until: event.data.until, silence_reason: event.data.reason };
  return { retired_at: at, changed_at: at };
}
