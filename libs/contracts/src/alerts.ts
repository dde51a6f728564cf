/** Alert rules as users write them, and alerts as routes and sockets tell of them. What each member means: docs/reference/alerts.md. */

/** A length of time as people write it: `30s`, `5m`, `4h`, `1d`. */
export type Duration = string;
export type Comparison = '>' | '>=' | '<' | '<=';
export const COMPARISONS: readonly Comparison[] = ['>', '>=', '<', '<='];
export type Severity = 'info' | 'warning' | 'critical';
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** `field` is a numeric field or the part of one (`acceleration.x`); booleans count as 0 and 1. */
export interface ThresholdCondition {
  type: 'threshold';
  field: string;
  op: Comparison;
  value: number;
  /** Hysteresis: once it holds it goes on to hold while the value is so against this one. */
  clear?: number;
}
/** True outside of the range. */
export interface RangeCondition {
  type: 'range';
  field: string;
  min?: number;
  max?: number;
  /** How far inside the range the value must come for it to be false again. */
  hysteresis?: number;
}
/** Change of the value per `per`: since the reading before, or since the oldest reading that is at most `over` old. */
export interface RateCondition {
  type: 'rate';
  field: string;
  op: Comparison;
  value: number;
  per: Duration;
  over?: Duration;
}
export interface GeofenceCondition {
  type: 'geofence';
  /** Of type location. */
  field: string;
  /** A ring of [lat, lon]; it is closed by itself. */
  polygon: [lat: number, lon: number][];
  when: 'inside' | 'outside';
}
/** Nothing arrived (of this field, or at all) for so long, by the clock of arrival. */
export interface NoDataCondition {
  type: 'no-data';
  field?: string;
  within: Duration;
}
/** The score (0 … 1) that the operation `anomalies` gives is at least this. */
export interface AnomalyCondition {
  type: 'anomaly';
  field: string;
  score: number;
}
/** By its trend, the value will cross the bound within this time. */
export interface ForecastCondition {
  type: 'forecast';
  field: string;
  op: Comparison;
  value: number;
  within: Duration;
  params?: {
    /** After this time a reading counts half; a quarter of `within` where absent. */
    halfLife?: Duration;
  };
}
/** `deviceId` absent: the device that the rule looks at. */
export interface CompareSide {
  deviceId?: string;
  field: string;
}
/** left op right + offset, by the latest value of each. */
export interface CompareCondition {
  type: 'compare';
  left: CompareSide;
  op: Comparison;
  right: CompareSide;
  offset?: number;
}
export interface AllCondition {
  type: 'all' | 'any';
  of: AlertCondition[];
}
export type AlertCondition =
  | ThresholdCondition
  | RangeCondition
  | RateCondition
  | GeofenceCondition
  | NoDataCondition
  | AnomalyCondition
  | ForecastCondition
  | CompareCondition
  | AllCondition;
export const CONDITION_TYPES: readonly AlertCondition['type'][] = [
  'threshold',
  'range',
  'rate',
  'geofence',
  'no-data',
  'anomaly',
  'forecast',
  'compare',
  'all',
  'any',
];

export interface AlertSchedule {
  /** IANA zone. */
  tz: string;
  /** 1 = Monday … 7 = Sunday. */
  days: number[];
  /** Local time of day, `08:00`; `to` is exclusive, and before `from` it is that of the next day. */
  from: string;
  to: string;
}

export interface WebhookTarget {
  type: 'webhook';
  url: string;
  /** What requests are signed with; made where none is given. Shown once, then as its last four characters. */
  secret?: string;
}
export interface EmailTarget {
  type: 'email';
  to: string;
}
export type NotifyTarget = WebhookTarget | EmailTarget;

export interface AlertRule {
  name: string;
  description?: string;
  severity: Severity;
  enabled: boolean;
  /** Every device that is named or bears all of these tags; neither: every device of the account. */
  devices: { deviceIds?: string[]; tags?: Record<string, string> };
  condition: AlertCondition;
  /** For how long the condition must hold before the alert is raised. */
  for?: Duration;
  /** For how long the condition must not hold before the alert is cleared. */
  keepFiringFor?: Duration;
  /** While it fires and nobody has acknowledged it, notifications are repeated this often. */
  repeatEvery?: Duration;
  /** Outside of it the condition counts as not holding. */
  schedule?: AlertSchedule;
  /** Raised so often within that time: it then stays until the condition has not held for as long. */
  flapping?: { changes: number; within: Duration };
  notify: NotifyTarget[];
}

/** Where a rule stands with one device. `no-data`: it has seen no value of it yet. */
export type AlertPhase = 'no-data' | 'ok' | 'pending' | 'firing' | 'recovering';
export type ClearReason = 'recovered' | 'rule-changed' | 'rule-retired' | 'device-retired' | 'device-left';
export const CLEAR_REASONS: readonly ClearReason[] = ['recovered', 'rule-changed', 'rule-retired', 'device-retired', 'device-left'];

export interface AlertRuleView {
  ruleId: string;
  /** Rises with each edit; the ETag. */
  ruleVersion: number;
  rule: AlertRule;
  /** ISO 8601. */
  createdAt: string;
  changedAt: string;
  silence?: { until: string; reason: string };
  /** Alerts that fire now. */
  firing: number;
}

/** A rule as it was from one edit to the next. */
export interface AlertRuleVersionView {
  ruleId: string;
  ruleVersion: number;
  rule: AlertRule;
  /** ISO 8601. */
  definedAt: string;
  /** When it was edited again, or retired. Absent while it is in force. */
  endedAt?: string;
}

export interface AlertView {
  alertId: string;
  ruleId: string;
  ruleVersion: number;
  name: string;
  severity: Severity;
  deviceId: string;
  state: 'firing' | 'cleared';
  /** Since when the condition held, and when it had held for long enough; by the device's clock (of arrival, for rules on silence). ISO 8601. */
  since: string;
  raisedAt: string;
  /** Our clock, when it was recorded. */
  recordedAt: string;
  /** Of the event in which it was raised, decimal text. */
  position: string;
  /** What was seen, in words: `temperature = 31.2`. */
  cause: string;
  value?: number;
  clearedAt?: string;
  clearReason?: ClearReason;
  acknowledgement?: { at: string; by: string; note?: string };
}

/** One stretch of a back-test in which the rule fires. ms since epoch. */
export interface FiringView {
  deviceId: string;
  since: number;
  raisedAt: number;
  /** Absent where it still fires at the end. */
  clearedAt?: number;
  clearReason?: ClearReason;
  value?: number;
  cause: string;
  /** Of the event that raised it. */
  position: string;
}

export interface BacktestOutcome {
  firings: FiringView[];
  /** Set where there were more than are given. */
  truncated?: boolean;
  count: number;
  /** In all, by the clock of the rule. */
  firingMs: number;
  devices: number;
  readings: number;
  /** Readings that came after a newer one of their field, and so changed nothing. */
  late: number;
  tookMs: number;
  /** Time ran out: a shorter range, or fewer devices, can be tested as a whole. */
  incomplete?: true;
}

export interface BacktestRequest {
  /** Device time, ISO 8601 or ms since epoch, `to` exclusive; left out: all there is. */
  from?: string | number;
  to?: string | number;
  /** Of an unsaved draft, or the other version to compare a rule with. */
  rule?: AlertRule;
  /** Compare with this version of the rule. */
  ruleVersion?: number;
  /** Instead of a range: all that came while the version was in force, as devices were tagged then. */
  as?: 'it-ran';
  /** Only these of the rule's devices. */
  deviceIds?: string[];
}

export interface BacktestView extends BacktestOutcome {
  from?: number;
  to?: number;
  /** Up to here the log was read. */
  position: string;
  /** What really fired in the range: of a saved rule. */
  fired?: FiringView[];
  /** The same range under the other version. */
  compared?: BacktestOutcome;
}

export interface DeliveryView {
  deliveryId: string;
  alertId: string;
  kind: 'raised' | 'repeated' | 'cleared';
  target: { type: NotifyTarget['type']; to: string };
  state: 'queued' | 'delivered' | 'failed' | 'skipped';
  attempts: number;
  createdAt: string;
  nextAttemptAt?: string;
  deliveredAt?: string;
  /** HTTP status of the last answer. */
  status?: number;
  error?: string;
}

/** The body of a webhook. Signed: `X-Thingsio-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
export interface AlertNotification {
  deliveryId: string;
  event: 'alert.raised' | 'alert.repeated' | 'alert.cleared';
  alert: AlertView;
}

export interface AlertRaisedMessage {
  /** Decimal text: of the event. */
  position: string;
  alert: AlertView;
}
export interface AlertClearedMessage {
  position: string;
  alertId: string;
  ruleId: string;
  deviceId: string;
  clearedAt: string;
  clearReason: ClearReason;
}
/** Acknowledged, or its rule silenced or edited: read it again. */
export interface AlertChangedMessage {
  position: string;
  ruleId: string;
  alertId?: string;
  change: 'acknowledged' | 'silenced' | 'defined' | 'retired';
}
