/** Alerts and their rules as routes, sockets and notifications show them, from the rows of their views. */
import type { AlertRule, AlertRuleView, AlertView } from '#contracts';
import type { ViewDatabase, ViewTables } from '#ports';

export type AlertRow = ViewTables['alerts'] & { name: string | null; severity: AlertRule['severity'] | null };
export type AlertRuleRow = ViewTables['alert_rules'];

/** An alert with name and severity of its rule; a query to be narrowed. */
export const alertRows = (db: ViewDatabase) =>
  db
    .selectFrom('alerts')
    .leftJoin('alert_rules', (join) =>
      join.onRef('alert_rules.account_id', '=', 'alerts.account_id').onRef('alert_rules.rule_id', '=', 'alerts.rule_id'),
    )
    .selectAll('alerts')
    .select(['alert_rules.name', 'alert_rules.severity', 'alert_rules.silenced_until']);

/** Undefined where the views do not show it (yet). */
export async function alertViewOf(
  db: ViewDatabase,
  accountId: string,
  alertId: string,
): Promise<{ alert: AlertView; silencedUntil: number } | undefined> {
  const row = await alertRows(db).where('alerts.account_id', '=', accountId).where('alerts.alert_id', '=', alertId).executeTakeFirst();
  return row && row.rule_id !== '' ? { alert: alertView(row), silencedUntil: row.silenced_until ?? 0 } : undefined;
}

export function alertView(row: AlertRow): AlertView {
  return {
    alertId: row.alert_id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    name: row.name ?? '',
    severity: row.severity ?? 'info',
    deviceId: row.device_id,
    state: row.state,
    since: iso(row.since),
    raisedAt: iso(row.raised_at),
    recordedAt: iso(row.recorded_at),
    position: String(row.position),
    cause: row.cause,
    ...(row.value !== null && { value: row.value }),
    ...(row.cleared_at !== null && { clearedAt: iso(row.cleared_at) }),
    ...(row.clear_reason !== null && { clearReason: row.clear_reason }),
    ...(row.acknowledged_at !== null && {
      acknowledgement: {
        at: iso(row.acknowledged_at),
        by: row.acknowledged_by ?? '',
        ...(row.acknowledgement_note !== null && { note: row.acknowledgement_note }),
      },
    }),
  };
}

export function alertRuleView(row: AlertRuleRow, firing: number, now: number): AlertRuleView {
  const { silenced_until: until, silence_reason: reason } = row;
  return {
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    rule: withoutSecrets(JSON.parse(row.rule) as AlertRule),
    createdAt: iso(row.created_at),
    changedAt: iso(row.changed_at),
    ...(until !== null && until > now && { silence: { until: iso(until), reason: reason ?? '' } }),
    firing,
  };
}

/** Enough to recognise one. */
const SHOWN_CHARS = 4;
const HIDDEN = '••••';

export const hiddenSecret = (secret: string): string => HIDDEN + secret.slice(-SHOWN_CHARS);
export const isHiddenSecret = (secret: string): boolean => secret.startsWith(HIDDEN);

export function withoutSecrets(rule: AlertRule): AlertRule {
  const notify = rule.notify.map((target) =>
    target.type === 'webhook' && target.secret !== undefined ? { ...target, secret: hiddenSecret(target.secret) } : target,
  );
  return { ...rule, notify };
}

/** With microseconds where the time has them. */
function iso(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.round((ms - whole) * 1_000);
  const text = new Date(whole).toISOString();
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
