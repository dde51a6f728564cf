/** What is watched for. */
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useState } from 'react';
import { Link } from 'wouter';
import { useAlertRules } from '../api/alerts.js';
import { AlertsHead } from '../alerts/alert-tabs.js';
import { RuleRow } from '../alerts/rule-row.js';
import { useConditionText } from '../alerts/use-words.js';
import { conditionText, devicesText } from '../alerts/words.js';
import { useDeviceNames } from '../devices/names.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import rows from '../ui/rows.module.css';
import css from '../alerts/alerts.module.css';
import ui from '../ui/ui.module.css';

/** From here on a rule is easier found by typing. */
const FILTER_FROM = 9;
const SHOWN_MAX = 200;

export default function AlertRulesPage() {
  const rules = useAlertRules();
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim().toLowerCase());
  const all = [...(rules.data ?? [])].sort((a, b) => b.firing - a.firing || a.rule.name.localeCompare(b.rule.name));
  const nameOf = useDeviceNames();
  const saidOf = useConditionText();
  const fitting = all.filter(({ rule }) =>
    [rule.name, conditionText(rule.condition), saidOf(rule), devicesText(rule.devices), devicesText(rule.devices, nameOf), rule.severity]
      .join(' ')
      .toLowerCase()
      .includes(wanted),
  );
  return (
    <>
      <AlertsHead at="rules" />
      {rules.isPending && <PageLoading />}
      {rules.error && <ProblemNote error={rules.error} retry={() => void rules.refetch()} />}
      {rules.data && all.length === 0 && (
        <div className={ui.empty}>
          <p>There is no rule yet. Choose a field, drag the threshold along its readings, and see when it would have fired.</p>
          <Link href="/alert-rules/new">Make the first rule</Link>
          <p>Or open a device, and choose “Alert on this field” in the menu of a chart.</p>
        </div>
      )}
      {all.length >= FILTER_FROM && (
        <TextInput
          className={css.find}
          leftSection={<IconSearch size={16} />}
          type="search"
          placeholder={`Find in ${all.length} rules`}
          aria-label="Find a rule"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      )}
      {all.length > 0 && fitting.length === 0 && <p className={css.quiet}>None that fits.</p>}
      {fitting.length > 0 && (
        <ul className={rows.list} aria-label="Alert rules">
          {fitting.slice(0, SHOWN_MAX).map((view) => (
            <RuleRow key={view.ruleId} view={view} />
          ))}
        </ul>
      )}
      {fitting.length > SHOWN_MAX && <p className={css.quiet}>and {fitting.length - SHOWN_MAX} more: type to find them.</p>}
    </>
  );
}
