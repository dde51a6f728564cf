/** An alert rule on its shard: its versions, and the alerts under it. */
import type { Behaviour } from '#actors';
import type { AlertRuleCommand, AlertRuleEvent } from '#contracts';
import {
  ALERT_RULE_SNAPSHOT_VERSION,
  alertRuleDecider,
  answerForAlertRule,
  freezeAlertRule,
  thawAlertRule,
  type AlertRuleState,
} from '#domain';
import { eventShapes } from './event-shapes.js';

export const alertRuleBehaviour: Behaviour<AlertRuleState, AlertRuleCommand, AlertRuleEvent> = {
  category: 'alert-rule',
  decider: alertRuleDecider,
  snapshotVersion: ALERT_RULE_SNAPSHOT_VERSION,
  freeze: freezeAlertRule,
  thaw: thawAlertRule,
  read: ({ type, data }) => ({ type, data }) as AlertRuleCommand,
  answer: answerForAlertRule,
  ...eventShapes,
};
