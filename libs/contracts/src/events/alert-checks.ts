/** The schemas of the events of alert rules. A rule itself is checked by the domain before it is recorded; here only its outline. */
import { CLEAR_REASONS, CONDITION_TYPES, SEVERITIES } from '../alerts.js';
import { anyJson, count, finite, flag, list, oneOf, record, shape, text, type Check } from './checks.js';

const condition: Check = (value) => {
  const type = (value as { type?: unknown } | null)?.type;
  return (CONDITION_TYPES as readonly unknown[]).includes(type) ? undefined : 'is of no known type';
};

const rule = shape(
  {
    name: text,
    severity: oneOf(...SEVERITIES),
    enabled: flag,
    devices: shape({}, { deviceIds: list(text), tags: record(text) }),
    condition,
    notify: list(anyJson),
  },
  { description: text, for: text, keepFiringFor: text, repeatEvery: text, schedule: anyJson, flapping: anyJson },
);

const place = { position: count, index: count };
const alert = { ...place, alertId: text, ruleVersion: count, deviceId: text, at: finite };

export const ALERT_CHECKS = {
  AlertRuleDefined: shape({ ruleVersion: count, rule }),
  AlertRuleRetired: shape({}),
  AlertRaised: shape({ ...alert, since: finite, cause: text }, { value: finite }),
  AlertCleared: shape({ ...alert, reason: oneOf(...CLEAR_REASONS) }),
  AlertAcknowledged: shape({ alertId: text, by: text }, { note: text }),
  AlertSilenced: shape({ until: finite, reason: text, by: text }),
};
