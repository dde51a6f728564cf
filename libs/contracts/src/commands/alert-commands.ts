/** What alert rules are told: by people, and by the evaluation of what devices sent. */
import type { AlertRule } from '../alerts.js';
import type { AlertAcknowledged, AlertCleared, AlertRaised, AlertSilenced } from '../events/alert-events.js';
import type { JsonObject } from '../json.js';

/** Makes the rule, or its next version. `rule` is checked by the entity. */
export interface DefineAlertRule {
  type: 'DefineAlertRule';
  data: { rule: AlertRule; create?: boolean; expectedRuleVersion?: number };
}
export interface RetireAlertRule {
  type: 'RetireAlertRule';
  data: JsonObject & { expectedRuleVersion?: number };
}
/** Told again, or of a version that is not in force any more, nothing happens. */
export interface RaiseAlert {
  type: 'RaiseAlert';
  data: AlertRaised['data'];
}
export interface ClearAlert {
  type: 'ClearAlert';
  data: AlertCleared['data'];
}
export interface AcknowledgeAlert {
  type: 'AcknowledgeAlert';
  data: AlertAcknowledged['data'];
}
export interface SilenceAlertRule {
  type: 'SilenceAlertRule';
  data: AlertSilenced['data'];
}
export type AlertRuleCommand = DefineAlertRule | RetireAlertRule | RaiseAlert | ClearAlert | AcknowledgeAlert | SilenceAlertRule;
