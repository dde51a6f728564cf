/** Reads what is to be back-tested, and puts its answer together. */
import { Inject, Injectable } from '@nestjs/common';
import type { AlertRule, BacktestOutcome, BacktestView } from '#contracts';
import { EventLog } from '#ports';
import type { BacktestBody } from '../doors/rest/dto/alert-bodies.js';
import { badParameter } from '../queries/shared/parameters.js';
import { AlertRules, read } from './alert-rules.js';
import { Alerts } from './alerts.js';
import { BackTests, type BackTestRange } from './back-tests.js';
import { RuleVersions } from './rule-versions.js';
import { timeIn } from './times.js';

@Injectable()
export class BackTestRequests {
  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(AlertRules) private readonly rules: AlertRules,
    @Inject(Alerts) private readonly alerts: Alerts,
    @Inject(BackTests) private readonly tests: BackTests,
    @Inject(RuleVersions) private readonly versions: RuleVersions,
  ) {}

  async ofDraft(accountId: string, body: BacktestBody): Promise<BacktestView> {
    const rule = read(body.rule ?? {});
    const range = rangeOf(body);
    const position = String(await this.log.head());
    return viewOf(await this.tests.over(accountId, rule, range), range, { position });
  }

  /** `rule` or `ruleVersion` of the body is what it is compared with. */
  async ofRule(accountId: string, ruleId: string, body: BacktestBody): Promise<BacktestView> {
    const row = await this.rules.find(accountId, ruleId);
    const position = String(await this.log.head());
    if (body.as === 'it-ran') return this.asItRan(accountId, ruleId, { body, ruleVersion: body.ruleVersion ?? row.rule_version, position });
    const range = rangeOf(body);
    const outcome = await this.tests.over(accountId, JSON.parse(row.rule) as AlertRule, range);
    const fired = await this.alerts.fired(accountId, ruleId, range);
    const other = await this.otherOf(accountId, ruleId, body);
    const compared = other && (await this.tests.over(accountId, other, range));
    return viewOf(outcome, range, { position, fired, ...(compared && { compared }) });
  }

  private async asItRan(
    accountId: string,
    ruleId: string,
    { body, ruleVersion, position }: { body: BacktestBody; ruleVersion: number; position: string },
  ): Promise<BacktestView> {
    const { deviceIds } = body;
    if (body.from !== undefined || body.to !== undefined) throw badParameter('as', 'A range cannot be tested as it ran.');
    const outcome = await this.tests.asItRan(accountId, await this.versions.era(accountId, ruleId, ruleVersion), deviceIds);
    const fired = await this.alerts.fired(accountId, ruleId, { ruleVersion, deviceIds });
    return viewOf(outcome, {}, { position, fired });
  }

  private async otherOf(accountId: string, ruleId: string, { rule, ruleVersion }: BacktestBody): Promise<AlertRule | undefined> {
    if (rule !== undefined) return read(rule);
    return ruleVersion === undefined ? undefined : (await this.versions.era(accountId, ruleId, ruleVersion)).rule;
  }
}

function rangeOf(body: BacktestBody): BackTestRange {
  const [from, to] = [timeIn(body.from, 'from'), timeIn(body.to, 'to')];
  if (from !== undefined && to !== undefined && from >= to) throw badParameter('to', 'to must be later than from.');
  const { deviceIds } = body;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...(deviceIds && { deviceIds }) };
}

function viewOf(
  outcome: BacktestOutcome,
  { from, to }: BackTestRange,
  more: Pick<BacktestView, 'position' | 'fired' | 'compared'>,
): BacktestView {
  return { ...outcome, ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...more };
}
