/** Shapes of alert rules and alerts, as JSON Schema. */
import { flag, listOf, mapOf, number, page, position, type Shape, shape, text, time, use, whole } from './shapes.js';

const anyTime: Shape = { oneOf: [text(), number] };
const duration = text({ example: '5m' });
const severity = text({ enum: ['info', 'warning', 'critical'] });
const reason = text({ enum: ['recovered', 'rule-changed', 'rule-retired', 'device-retired', 'device-left'] });
const RULE = {
  description: text(),
  for: { ...duration, description: 'For how long the condition must hold.' },
  keepFiringFor: { ...duration, description: 'For how long it must not hold before the alert is cleared.' },
  repeatEvery: { ...duration, description: 'Notify again this often while it fires and nobody has acknowledged it.' },
  schedule: shape({ tz: text(), days: listOf(whole), from: text(), to: text() }),
  flapping: shape({ changes: whole, within: duration }),
};
const devices = { ...shape({}, { deviceIds: listOf(text()), tags: mapOf(text()) }), description: 'All devices where both are absent.' };
const condition: Shape = {
  type: 'object',
  required: ['type'],
  properties: {
    type: text({ enum: ['threshold', 'range', 'rate', 'geofence', 'no-data', 'anomaly', 'forecast', 'compare', 'all', 'any'] }),
  },
  additionalProperties: true,
};
const notify = listOf(shape({ type: text({ enum: ['webhook', 'email'] }) }, { url: text(), secret: text(), to: text() }));
const RULE_EXAMPLE = {
  name: 'Too hot',
  severity: 'critical',
  devices: { tags: { site: 'north' } },
  condition: { type: 'threshold', field: 'temperature', op: '>', value: 30, clear: 28 },
  for: '5m',
  notify: [{ type: 'webhook', url: 'https://example.org/hooks/alerts' }],
};

export const ALERT_BODIES: Record<string, Shape> = {
  SilenceBody: shape({ until: anyTime, reason: text() }),
  AcknowledgementBody: shape({}, { note: text() }),
  BacktestBody: shape(
    {},
    {
      from: { ...anyTime, description: 'Device time, inclusive.' },
      to: { ...anyTime, description: 'Exclusive.' },
      rule: { ...use('AlertRuleBody'), description: 'Another version to compare with; without a saved rule, the one to test.' },
      ruleVersion: whole,
      as: text({ enum: ['it-ran'], description: 'Instead of a range: just what came while the version was in force.' }),
      deviceIds: listOf(text()),
    },
  ),
};

const firing = shape(
  { deviceId: text(), since: number, raisedAt: number, cause: text(), position },
  { clearedAt: number, clearReason: reason, value: number },
);
const outcome = { firings: listOf(firing), count: whole, firingMs: number, devices: whole, readings: whole, late: whole, tookMs: number };
const cut = { truncated: flag, incomplete: flag };

export const ALERTS: Record<string, Shape> = {
  AlertRuleBody: { ...shape({ name: text(), severity, condition }, { enabled: flag, devices, notify, ...RULE }), example: RULE_EXAMPLE },
  AlertRuleEdit: shape({}, { name: text(), severity, condition, enabled: flag, devices, notify, ...RULE }),
  AlertRule: shape(
    { ruleId: text(), ruleVersion: whole, rule: use('AlertRuleBody'), createdAt: time, changedAt: time, firing: whole },
    { silence: shape({ until: time, reason: text() }) },
  ),
  AlertRuleVersion: shape({ ruleId: text(), ruleVersion: whole, rule: use('AlertRuleBody'), definedAt: time }, { endedAt: time }),
  AlertRuleList: page(use('AlertRule')),
  Alert: shape(
    {
      alertId: text(),
      ruleId: text(),
      ruleVersion: whole,
      name: text(),
      severity,
      deviceId: text(),
      state: text({ enum: ['firing', 'cleared'] }),
      since: time,
      raisedAt: time,
      recordedAt: time,
      position,
      cause: text(),
    },
    { value: number, clearedAt: time, clearReason: reason, acknowledgement: shape({ at: time, by: text() }, { note: text() }) },
  ),
  AlertList: page(use('Alert')),
  Backtest: shape({ ...outcome, position }, { ...cut, from: number, to: number, fired: listOf(firing), compared: shape(outcome, cut) }),
  DeliveryList: page(
    shape(
      {
        deliveryId: text(),
        alertId: text(),
        kind: text({ enum: ['raised', 'repeated', 'cleared'] }),
        target: shape({ type: text(), to: text() }),
        state: text({ enum: ['queued', 'delivered', 'failed', 'skipped'] }),
        attempts: whole,
        createdAt: time,
      },
      { nextAttemptAt: time, deliveredAt: time, status: whole, error: text() },
    ),
  ),
};
