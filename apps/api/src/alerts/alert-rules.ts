/** The alert rules of an account: made, edited, shown, retired, silenced and back-tested. */
import { Inject, Injectable } from '@nestjs/common';
import { alertRuleView, isHiddenSecret, type AlertRuleRow } from '#adapters/views';
import { alertRuleStream, type AlertRule, type AlertRuleCommand, type AlertRuleView, type ListView, type NotifyTarget } from '#contracts';
import { isAlertRule, parseAlertRule } from '#domain';
import { ViewStore } from '#ports';
import { CommandSender } from '../commands/shared/command-sender.js';
import type { Mint } from '../commands/shared/mint.js';
import { refuse } from '../doors/rest/problem-error.js';
import { cursorOf, placeOf } from '../queries/shared/cursor.js';
import { pageOfRows } from '../queries/shared/page-of-rows.js';
import { limitOf, type Parameters } from '../queries/shared/parameters.js';
import { CLOCK, type Clock } from '../tokens.js';

export interface AskedBy {
  accountId: string;
  correlationId: string;
}

/** A rule costs something for each reading of its devices. */
export const RULES_MAX = 5_000;

@Injectable()
export class AlertRules {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(accountId: string, parameters: Parameters): Promise<ListView<AlertRuleView>> {
    const limit = limitOf(parameters);
    const [after] = placeOf(parameters, ['string']) ?? [];
    let query = this.views.db.selectFrom('alert_rules').selectAll().where('account_id', '=', accountId).where('retired_at', 'is', null);
    if (after !== undefined) query = query.where('rule_id', '>', String(after));
    const { rows, more } = await pageOfRows(query.orderBy('rule_id'), { limit, large: ['rule'] });
    const firing = await this.firing(accountId);
    const items = rows.map((row) => alertRuleView(row, firing.get(row.rule_id) ?? 0, this.clock()));
    const last = rows.at(-1);
    return { items, ...(more && last && { next: cursorOf([last.rule_id]) }) };
  }

  async get(accountId: string, ruleId: string): Promise<AlertRuleView> {
    const row = await this.find(accountId, ruleId);
    return alertRuleView(row, (await this.firing(accountId, ruleId)).get(ruleId) ?? 0, this.clock());
  }

  async create(json: unknown, mint: Mint, { accountId, correlationId }: AskedBy): Promise<AlertRuleView> {
    const { count } = await this.views.db
      .selectFrom('alert_rules')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('retired_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= RULES_MAX) throw refuse('alert-rule.too-many', `The account has ${count} alert rules; ${RULES_MAX} are allowed.`);
    const ruleId = mint.id('r');
    const rule = withSecrets(read(json), mint, []);
    const command: AlertRuleCommand = { type: 'DefineAlertRule', data: { rule, create: true } };
    await this.sender.tellAndShow(alertRuleStream(accountId, ruleId), command, { accountId, correlationId, mint });
    return this.get(accountId, ruleId);
  }

  /** The members that are given take the place of those there are; null takes one away. */
  async edit(
    ruleId: string,
    { change, expected }: { change: object; expected: number | undefined },
    mint: Mint,
    { accountId, correlationId }: AskedBy,
  ): Promise<AlertRuleView> {
    const before = JSON.parse((await this.find(accountId, ruleId)).rule) as AlertRule;
    const rule = withSecrets(read({ ...before, ...change }), mint, before.notify);
    const data = { rule, ...(expected !== undefined && { expectedRuleVersion: expected }) };
    await this.sender.tellAndShow(
      alertRuleStream(accountId, ruleId),
      { type: 'DefineAlertRule', data },
      { accountId, correlationId, mint },
    );
    return this.get(accountId, ruleId);
  }

  async retire(ruleId: string, expected: number | undefined, mint: Mint, asked: AskedBy): Promise<void> {
    await this.find(asked.accountId, ruleId);
    const data = { ...(expected !== undefined && { expectedRuleVersion: expected }) };
    await this.tell(ruleId, { type: 'RetireAlertRule', data }, asked, mint);
  }

  async silence(ruleId: string, data: { until: number; reason: string; by: string }, mint: Mint, asked: AskedBy): Promise<AlertRuleView> {
    await this.find(asked.accountId, ruleId);
    await this.tell(ruleId, { type: 'SilenceAlertRule', data }, asked, mint);
    return this.get(asked.accountId, ruleId);
  }

  async find(accountId: string, ruleId: string): Promise<AlertRuleRow> {
    const row = await this.findEver(accountId, ruleId);
    if (row.retired_at !== null) throw unknown(ruleId);
    return row;
  }

  /** Also one that was retired: what it did can still be looked at. */
  async findEver(accountId: string, ruleId: string): Promise<AlertRuleRow> {
    const row = await this.views.db
      .selectFrom('alert_rules')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('rule_id', '=', ruleId)
      .executeTakeFirst();
    if (!row || row.rule_version === 0) throw unknown(ruleId);
    return row;
  }

  private async tell(ruleId: string, command: AlertRuleCommand, { accountId, correlationId }: AskedBy, mint: Mint): Promise<void> {
    await this.sender.tellAndShow(alertRuleStream(accountId, ruleId), command, { accountId, correlationId, mint });
  }

  /** What fired under a former version is over, even where that is not recorded yet. */
  private async firing(accountId: string, ruleId?: string): Promise<Map<string, number>> {
    let query = this.views.db
      .selectFrom('alerts')
      .innerJoin('alert_rules', (join) =>
        join
          .onRef('alert_rules.account_id', '=', 'alerts.account_id')
          .onRef('alert_rules.rule_id', '=', 'alerts.rule_id')
          .onRef('alert_rules.rule_version', '=', 'alerts.rule_version'),
      )
      .select((row) => ['alerts.rule_id', row.fn.countAll<number>().as('count')])
      .where('alerts.account_id', '=', accountId)
      .where('alerts.state', '=', 'firing');
    if (ruleId !== undefined) query = query.where('alerts.rule_id', '=', ruleId);
    const rows = await query.groupBy('alerts.rule_id').execute();
    return new Map(rows.map(({ rule_id, count }) => [rule_id, Number(count)]));
  }
}

const unknown = (ruleId: string): Error => refuse('alert-rule.unknown', `There is no alert rule ${ruleId.slice(0, 128)}.`);

/** Throws 422 with all that is wrong. */
export function read(json: unknown): AlertRule {
  const rule = parseAlertRule(withoutNulls(json));
  if (isAlertRule(rule)) return rule;
  throw refuse('alert-rule.invalid', `The alert rule is not valid: ${rule.message}.`, rule.details ?? {});
}

function withoutNulls(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}

/** Each webhook has a secret: the one given, the one it had, or one that is made. */
function withSecrets(rule: AlertRule, mint: Mint, before: readonly NotifyTarget[]): AlertRule {
  const notify = rule.notify.map((target, i): NotifyTarget => {
    if (target.type !== 'webhook' || (target.secret !== undefined && !isHiddenSecret(target.secret))) return target;
    const known = before.find((one) => one.type === 'webhook' && one.url === target.url);
    const secret = known?.type === 'webhook' ? known.secret : undefined;
    return { ...target, secret: secret ?? secretOf(mint, i) };
  });
  return { ...rule, notify };
}

const secretOf = (mint: Mint, i: number): string => mint.id(`whsec_${i}_`);

/** Those that this very request made are shown, once. */
export function withMadeSecrets(view: AlertRuleView, mint: Mint): AlertRuleView {
  const notify = view.rule.notify.map((target, i): NotifyTarget => {
    if (target.type !== 'webhook' || target.secret === undefined) return target;
    const made = secretOf(mint, i);
    return target.secret.slice(-4) === made.slice(-4) ? { ...target, secret: made } : target;
  });
  return { ...view, rule: { ...view.rule, notify } };
}
