/** The alerts of an account: listed, shown, acknowledged; and what became of their notifications. */
import { Inject, Injectable } from '@nestjs/common';
import { alertRows, alertView, alertViewOf } from '#adapters/views';
import {
  alertRuleStream,
  SEVERITIES,
  type AlertView,
  type DeliveryView,
  type FiringView,
  type ListView,
  type NotifyTarget,
} from '#contracts';
import { ViewStore, type ViewTables } from '#ports';
import type { Credential } from '../admission/credentials.js';
import { CommandSender } from '../commands/shared/command-sender.js';
import { isoOf } from '../commands/shared/devices.js';
import type { Mint } from '../commands/shared/mint.js';
import { refuse } from '../doors/rest/problem-error.js';
import { cursorOf, placeOf } from '../queries/shared/cursor.js';
import { pageOfRows } from '../queries/shared/page-of-rows.js';
import { limitOf, oneOf, textOf, type Parameters } from '../queries/shared/parameters.js';
import type { AskedBy } from './alert-rules.js';

const FIRED_MAX = 10_000;

@Injectable()
export class Alerts {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(CommandSender) private readonly sender: CommandSender,
  ) {}

  /** The newest first. */
  async list({ accountId, deviceIds }: Credential, parameters: Parameters): Promise<ListView<AlertView>> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number', 'string']) as [number, string] | undefined;
    const state = oneOf(parameters, 'state', ['firing', 'cleared'] as const);
    const severity = oneOf(parameters, 'severity', SEVERITIES);
    const [deviceId, ruleId] = [textOf(parameters, 'deviceId'), textOf(parameters, 'ruleId')];
    let query = alertRows(this.views.db).where('alerts.account_id', '=', accountId);
    if (deviceIds) query = query.where('alerts.device_id', 'in', [...deviceIds]);
    if (state) query = query.where('alerts.state', '=', state);
    if (severity) query = query.where('alert_rules.severity', '=', severity);
    if (deviceId !== undefined) query = query.where('alerts.device_id', '=', deviceId);
    if (ruleId !== undefined) query = query.where('alerts.rule_id', '=', ruleId);
    if (after) {
      const [at, id] = after;
      query = query.where((row) =>
        row.or([row('alerts.recorded_at', '<', at), row.and([row('alerts.recorded_at', '=', at), row('alerts.alert_id', '>', id)])]),
      );
    }
    const rows = await query
      .orderBy('alerts.recorded_at', 'desc')
      .orderBy('alerts.alert_id')
      .limit(limit + 1)
      .execute();
    const items = rows.slice(0, limit).map(alertView);
    const last = rows[limit - 1];
    return rows.length > limit && last ? { items, next: cursorOf([last.recorded_at, last.alert_id]) } : { items };
  }

  async get({ accountId, deviceIds }: Pick<Credential, 'accountId' | 'deviceIds'>, alertId: string): Promise<AlertView> {
    const known = await alertViewOf(this.views.db, accountId, alertId);
    if (!known || (deviceIds && !deviceIds.has(known.alert.deviceId)))
      throw refuse('alert.unknown', `There is no alert ${alertId.slice(0, 128)}.`);
    return known.alert;
  }

  async acknowledge(alertId: string, { by, note }: { by: string; note?: string }, mint: Mint, asked: AskedBy): Promise<AlertView> {
    const { accountId, correlationId } = asked;
    const { ruleId } = await this.get({ accountId, deviceIds: undefined }, alertId);
    const data = { alertId, by, ...(note !== undefined && { note }) };
    await this.sender.tellAndShow(
      alertRuleStream(accountId, ruleId),
      { type: 'AcknowledgeAlert', data },
      { accountId, correlationId, mint },
    );
    return this.get({ accountId, deviceIds: undefined }, alertId);
  }

  /** What really fired, to compare a back-test with; the first first. */
  async fired(
    accountId: string,
    ruleId: string,
    { from = -Infinity, to = Infinity, ruleVersion, deviceIds }: FiredIn,
  ): Promise<FiringView[]> {
    let query = this.views.db
      .selectFrom('alerts')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('rule_id', '=', ruleId)
      .where('rule_version', '>', 0);
    if (from !== -Infinity) query = query.where('raised_at', '>=', from);
    if (to !== Infinity) query = query.where('raised_at', '<', to);
    if (ruleVersion !== undefined) query = query.where('rule_version', '=', ruleVersion);
    if (deviceIds) query = query.where('device_id', 'in', [...deviceIds]);
    const rows = await query.orderBy('position').orderBy('index_in_event').orderBy('device_id').limit(FIRED_MAX).execute();
    return rows.map(firingOf);
  }

  /** The newest first. */
  async deliveries(accountId: string, ruleId: string, parameters: Parameters): Promise<ListView<DeliveryView>> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number', 'string']) as [number, string] | undefined;
    let query = this.views.db.selectFrom('alert_deliveries').selectAll().where('account_id', '=', accountId).where('rule_id', '=', ruleId);
    if (after) {
      const [at, id] = after;
      query = query.where((row) =>
        row.or([row('created_at', '<', at), row.and([row('created_at', '=', at), row('delivery_id', '>', id)])]),
      );
    }
    const newestFirst = query.orderBy('created_at', 'desc').orderBy('delivery_id');
    const { rows, more } = await pageOfRows(newestFirst, { limit, large: ['target', 'body', 'error'] });
    const last = rows.at(-1);
    return { items: rows.map(deliveryOf), ...(more && last && { next: cursorOf([last.created_at, last.delivery_id]) }) };
  }
}

interface FiredIn {
  from?: number | undefined;
  to?: number | undefined;
  ruleVersion?: number | undefined;
  deviceIds?: readonly string[] | undefined;
}

function firingOf(row: ViewTables['alerts']): FiringView {
  return {
    deviceId: row.device_id,
    since: row.since,
    raisedAt: row.raised_at,
    cause: row.cause,
    position: String(row.position),
    ...(row.value !== null && { value: row.value }),
    ...(row.cleared_at !== null && { clearedAt: row.cleared_at }),
    ...(row.clear_reason !== null && { clearReason: row.clear_reason }),
  };
}

function deliveryOf(row: ViewTables['alert_deliveries']): DeliveryView {
  const target = JSON.parse(row.target) as NotifyTarget;
  return {
    deliveryId: row.delivery_id,
    alertId: row.alert_id,
    kind: row.kind,
    target: { type: target.type, to: target.type === 'webhook' ? target.url : target.to },
    state: row.state,
    attempts: row.attempts,
    createdAt: isoOf(row.created_at),
    ...(row.next_attempt_at !== null && { nextAttemptAt: isoOf(row.next_attempt_at) }),
    ...(row.delivered_at !== null && { deliveredAt: isoOf(row.delivered_at) }),
    ...(row.status !== null && { status: row.status }),
    ...(row.error !== null && { error: row.error }),
  };
}
