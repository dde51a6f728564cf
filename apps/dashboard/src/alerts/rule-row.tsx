/** One rule of the list: what it looks for, on what, and whether it does. */
import type { AlertRuleView } from '#contracts';
import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { editRule } from '../api/alerts.js';
import { useDeviceNames } from '../devices/names.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Silence } from './alert-state.js';
import { SeverityMark } from './severity.js';
import { SilenceButton } from './silence-dialog.js';
import { useConditionText } from './use-words.js';
import { devicesText, timingText } from './words.js';
import rows from '../ui/rows.module.css';
import css from './alerts.module.css';

export function RuleRow({ view }: { view: AlertRuleView }) {
  const { ruleId, ruleVersion, rule, firing, silence } = view;
  const nameOf = useDeviceNames();
  const conditionText = useConditionText();
  const turning = useMutation({ mutationFn: (enabled: boolean) => editRule(ruleId, { enabled }, ruleVersion) });
  return (
    <li className={`${rows.row} ${rows.leading} ${css.row} ${css.ruleRow}`} data-rule={ruleId} aria-label={rule.name}>
      <SeverityMark severity={rule.severity} />
      <div className={`${rows.what} ${css.what}`}>
        <Link href={`/alert-rules/${encodeURIComponent(ruleId)}`} className={rows.name}>
          {rule.name}
        </Link>
        <span className={rows.facts}>{[conditionText(rule), ...timingText(rule), devicesText(rule.devices, nameOf)].join(' · ')}</span>
        <Silence silence={silence} />
        <ProblemNote error={turning.error} />
      </div>
      <span className={css.count}>
        {firing > 0 ? (
          <Link href={`/alerts?state=firing&rule=${encodeURIComponent(ruleId)}`}>{firing} firing</Link>
        ) : (
          <span>{rule.enabled ? 'quiet' : 'off'}</span>
        )}
      </span>
      <div className={`${css.does} ${css.ruleDoes}`}>
        <Switch
          checked={rule.enabled}
          disabled={turning.isPending}
          onChange={({ currentTarget }) => turning.mutate(currentTarget.checked)}
          aria-label={`${rule.name} is on`}
        />
        <SilenceButton ruleId={ruleId} name={rule.name} silenced={!!silence} />
      </div>
    </li>
  );
}
