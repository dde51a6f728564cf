/** Stretches of the alerts of a device, for the charts of the fields that their rules look at. */
import type { AlertRuleView, AlertView } from '#contracts';
import { useMemo } from 'react';
import { useAlertRules, useAlerts } from '../api/alerts.js';
import type { Band } from '../charts/marks.js';
import { useCanvasTheme } from '../charts/theme.js';
import { colorOf } from './gravity.js';
import { concerns, looksAt } from './looks-at.js';
import { stretchOf, tinted } from './stretches.js';

/** The newest; older ones are on the page of alerts. */
const ALERTS = 200;

export function useAlertBands(deviceId: string, field: string): Band[] {
  const theme = useCanvasTheme();
  const alerts = useAlerts({ deviceId }, { limit: ALERTS });
  const listed = alerts.data?.pages[0]?.items;
  const rules = useAlertRules().data;
  return useMemo(
    () =>
      (listed ?? [])
        .filter((alert) => isOn(alert, rules, field))
        .flatMap((alert) => tinted(stretchOf(alert), colorOf(alert.severity, theme))),
    [listed, rules, field, theme],
  );
}

/** By its rule; where that is no longer there, by the words of its cause. */
function isOn({ ruleId, deviceId, cause }: AlertView, rules: readonly AlertRuleView[] | undefined, field: string): boolean {
  const rule = rules?.find((one) => one.ruleId === ruleId);
  if (rule) return concerns(looksAt(rule.rule.condition, deviceId), deviceId, field);
  return cause.split(', ').some((part) => part === field || part.startsWith(`${field} `) || part.startsWith(`${field}.`));
}
