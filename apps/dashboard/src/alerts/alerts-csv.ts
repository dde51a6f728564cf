/** Alerts as a file: one line each. */
import type { AlertView } from '#contracts';
import { csvOf } from '../results/csv.js';

const HEAD = ['alert', 'rule', 'name', 'severity', 'device', 'state', 'since', 'raised', 'cleared', 'clearReason'];
const MORE = ['cause', 'value', 'acknowledgedAt', 'acknowledgedBy', 'note', 'ruleVersion', 'recordedAt', 'position'];

export const alertsCsv = (alerts: readonly AlertView[]): string => csvOf([...HEAD, ...MORE], alerts.map(rowOf));

const rowOf = (alert: AlertView) => {
  const { acknowledgement } = alert;
  return [
    ...[alert.alertId, alert.ruleId, alert.name, alert.severity, alert.deviceId, alert.state, alert.since, alert.raisedAt],
    ...[alert.clearedAt, alert.clearReason, alert.cause, alert.value, acknowledgement?.at, acknowledgement?.by, acknowledgement?.note],
    ...[alert.ruleVersion, alert.recordedAt, alert.position],
  ];
};
