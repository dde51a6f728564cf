/** What can have happened to an alert rule and its alerts. Stream: `alert-rule-<accountId>.<ruleId>`. */
import type { AlertRule, ClearReason } from '../alerts.js';

/** Made or edited: each edit is a version of its own, under which nothing fires yet. */
export interface AlertRuleDefined {
  type: 'AlertRuleDefined';
  data: { ruleVersion: number; rule: AlertRule };
}

export interface AlertRuleRetired {
  type: 'AlertRuleRetired';
  data: Record<string, never>;
}

/** Where in the log a transition happened: the event, and its place within. Of one rule version and device they only rise. */
export interface TransitionPlace {
  position: number;
  index: number;
}

export interface AlertRaised {
  type: 'AlertRaised';
  data: TransitionPlace & {
    alertId: string;
    ruleVersion: number;
    deviceId: string;
    /** Since when the condition held, and when it was raised: ms since epoch by the rule's clock. */
    since: number;
    at: number;
    cause: string;
    value?: number;
  };
}

export interface AlertCleared {
  type: 'AlertCleared';
  data: TransitionPlace & { alertId: string; ruleVersion: number; deviceId: string; at: number; reason: ClearReason };
}

export interface AlertAcknowledged {
  type: 'AlertAcknowledged';
  data: { alertId: string; by: string; note?: string };
}

/** Nobody is notified of the rule's alerts until then; they are raised all the same. A time that has passed ends the silence. */
export interface AlertSilenced {
  type: 'AlertSilenced';
  data: { until: number; reason: string; by: string };
}

export type AlertRuleEvent = AlertRuleDefined | AlertRuleRetired | AlertRaised | AlertCleared | AlertAcknowledged | AlertSilenced;
