/** Every alert that was raised, and what became of it. */
import { alertRuleOf, type RecordedEvent } from '#contracts';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { mergeRows } from './merge-rows.js';

type AlertRow = ViewTables['alerts'];
type AlertChange = Pick<AlertRow, 'account_id' | 'alert_id'> & Partial<AlertRow>;

const BLANK: Omit<AlertRow, 'account_id' | 'alert_id'> = {
  rule_id: '',
  rule_version: 0,
  device_id: '',
  state: 'firing',
  since: 0,
  raised_at: 0,
  recorded_at: 0,
  position: 0,
  index_in_event: 0,
  cause: '',
  value: null,
  cleared_at: null,
  clear_reason: null,
  cleared_position: null,
  acknowledged_at: null,
  acknowledged_by: null,
  acknowledgement_note: null,
};

export const alerts: Projection<AlertChange[]> = {
  name: 'alerts',
  version: 1,
  handles: ['AlertRaised', 'AlertCleared', 'AlertAcknowledged'],
  tables: ['alerts'],

  fold(events) {
    const changes = new Map<string, AlertChange>();
    for (const event of events) {
      const { accountId, ruleId } = alertRuleOf(event.stream);
      const alertId = (event.data as { alertId: string }).alertId;
      const key = `${accountId}.${alertId}`;
      const before = changes.get(key) ?? { account_id: accountId, alert_id: alertId };
      changes.set(key, { ...before, ...changeBy(event, ruleId) });
    }
    return [...changes.values()];
  },

  write: (tx, changes) => mergeRows(tx, 'alerts', ['account_id', 'alert_id'], { blank: BLANK, changes }),
};

function changeBy(event: RecordedEvent, ruleId: string): Partial<AlertRow> {
  const recordedAt = event.metadata.recordedAt;
  if (isA(event, 'AlertRaised')) {
    const { ruleVersion, deviceId, since, at, position, index, cause, value } = event.data;
    return {
      ...BLANK,
      rule_id: ruleId,
      rule_version: ruleVersion,
      device_id: deviceId,
      since,
      raised_at: at,
      recorded_at: recordedAt,
      position,
      index_in_event: index,
      cause,
      value: value ?? null,
    };
  }
  if (isA(event, 'AlertCleared')) {
    return { state: 'cleared', cleared_at: event.data.at, clear_reason: event.data.reason, cleared_position: event.data.position };
  }
  if (!isA(event, 'AlertAcknowledged')) return {};
  const { by, note } = event.data;
  return { acknowledged_at: recordedAt, acknowledged_by: by, acknowledgement_note: note ?? null };
}
