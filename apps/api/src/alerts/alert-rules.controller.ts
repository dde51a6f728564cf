/** Alert rules, their silences, deliveries and back-tests. */
import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AlertRuleVersionView, AlertRuleView, DeliveryView, JsonObject, ListView } from '#contracts';
import { Asking, Needing } from '../admission/admission.guard.js';
import type { Credential } from '../admission/credentials.js';
import { BodyPipe } from '../doors/rest/body-pipe.js';
import { BacktestBody, SilenceBody } from '../doors/rest/dto/alert-bodies.js';
import { expectedRevision, tagOf } from '../doors/rest/etag.js';
import { Says } from '../doors/rest/openapi/says.js';
import { refuse } from '../doors/rest/problem-error.js';
import { RunOnce } from '../doors/rest/run-once.js';
import type { Mint } from '../commands/shared/mint.js';
import type { Parameters } from '../queries/shared/parameters.js';
import { AlertRules, withMadeSecrets } from './alert-rules.js';
import { Alerts } from './alerts.js';
import { BackTestRequests } from './back-test-requests.js';
import { RuleVersions } from './rule-versions.js';
import { WhoActs } from './who-acts.js';
import { timeIn } from './times.js';

const tag = 'Alerts';
const CHANGED = 'alert-rule.changed-meanwhile';

@Controller('api/v1/alert-rules')
export class AlertRulesController {
  constructor(
    @Inject(AlertRules) private readonly rules: AlertRules,
    @Inject(Alerts) private readonly alerts: Alerts,
    @Inject(BackTestRequests) private readonly backTests: BackTestRequests,
    @Inject(RuleVersions) private readonly versions: RuleVersions,
    @Inject(WhoActs) private readonly whoActs: WhoActs,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
  ) {}

  @Get()
  @Needing('read', 'account')
  @Says({ summary: 'The alert rules of the account', tag, ok: [200, 'AlertRuleList'], list: true })
  listRules(@Asking() { accountId }: Credential, @Query() parameters: Parameters): Promise<ListView<AlertRuleView>> {
    return this.rules.list(accountId, parameters);
  }

  @Post()
  @Needing('manage', 'account')
  @Says({
    summary: 'Make an alert rule; secrets that are made for its webhooks are shown once',
    tag,
    body: 'AlertRuleBody',
    ok: [201, 'AlertRule'],
    errors: [400, 422],
    idempotent: true,
  })
  async createRule(
    @Asking() { accountId }: Credential,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const dress = (kept: JsonObject, mint: Mint): JsonObject => {
      reply.header('location', `/api/v1/alert-rules/${String(kept['ruleId'])}`);
      return withMadeSecrets(kept as unknown as AlertRuleView, mint) as unknown as JsonObject;
    };
    await this.runOnce.answer({ request, reply, accountId, body: objectIn(body), status: 201, dress }, (mint) =>
      this.rules.create(body, mint, { accountId, correlationId: request.id }),
    );
  }

  /** For the editor: when the draft would have fired, while its threshold is dragged. */
  @Post('backtests')
  @Needing('read', 'account')
  @Says({ summary: 'When a rule that is not saved would have fired', tag, body: 'BacktestBody', ok: [200, 'Backtest'], errors: [400, 422] })
  async testDraft(
    @Asking() { accountId }: Credential,
    @Body(new BodyPipe(BacktestBody)) body: BacktestBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await reply.code(200).send(await this.backTests.ofDraft(accountId, body));
  }

  @Get(':ruleId')
  @Needing('read', 'account')
  @Says({ summary: 'One alert rule', tag, ok: [200, 'AlertRule'], errors: [404], tagged: true })
  async getRule(@Asking() { accountId }: Credential, @Param('ruleId') ruleId: string, @Res() reply: FastifyReply): Promise<void> {
    const view = await this.rules.get(accountId, ruleId);
    // What it says of silence and of what fires changes without an edit: only what is edited is tagged, nothing is answered from a cache.
    await reply.header('etag', tagOf(view.ruleVersion)).header('cache-control', 'no-store').code(200).send(view);
  }

  @Patch(':ruleId')
  @Needing('manage', 'account')
  @Says({
    summary: 'Edit a rule: what is given takes the place of what was there, null takes it away',
    tag,
    body: 'AlertRuleEdit',
    ok: [200, 'AlertRule'],
    errors: [400, 404, 412, 422],
    tagged: true,
    idempotent: true,
  })
  async editRule(
    @Asking() { accountId }: Credential,
    @Param('ruleId') ruleId: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const change = objectIn(body);
    const edit = async (mint: Mint) => {
      const expected = expectedRevision(request, CHANGED);
      const view = await this.rules.edit(ruleId, { change, expected }, mint, { accountId, correlationId: request.id });
      return { view, revision: view.ruleVersion };
    };
    await this.runOnce.edit({ request, reply, accountId, body: change }, edit, withMadeSecrets);
  }

  @Delete(':ruleId')
  @Needing('manage', 'account')
  @Says({ summary: 'Retire a rule; what fires under it is cleared', tag, ok: [204], errors: [404, 412], idempotent: true })
  async retireRule(
    @Asking() { accountId }: Credential,
    @Param('ruleId') ruleId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.runOnce.end({ request, reply, accountId }, (mint) =>
      this.rules.retire(ruleId, expectedRevision(request, CHANGED), mint, { accountId, correlationId: request.id }),
    );
  }

  @Post(':ruleId/backtests')
  @Needing('read', 'account')
  @Says({
    summary: 'When the rule would have fired, beside what really fired and another version',
    tag,
    body: 'BacktestBody',
    ok: [200, 'Backtest'],
    errors: [400, 404, 422],
  })
  async testRule(
    @Asking() { accountId }: Credential,
    @Param('ruleId') ruleId: string,
    @Body(new BodyPipe(BacktestBody)) body: BacktestBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await reply.code(200).send(await this.backTests.ofRule(accountId, ruleId, body));
  }

  @Post(':ruleId/silences')
  @Needing('manage', 'account')
  @Says({
    summary: 'Notify nobody of the rule for a while; a time that has passed ends it',
    tag,
    body: 'SilenceBody',
    ok: [201, 'AlertRule'],
    errors: [400, 404],
    idempotent: true,
  })
  async silenceRule(
    @Asking() credential: Credential,
    @Param('ruleId') ruleId: string,
    @Body(new BodyPipe(SilenceBody)) body: SilenceBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { accountId } = credential;
    const until = timeIn(body.until, 'until')!;
    await this.runOnce.answer({ request, reply, accountId, body, status: 201 }, async (mint) => {
      const by = await this.whoActs.nameOf(credential);
      return this.rules.silence(ruleId, { until, reason: body.reason, by }, mint, { accountId, correlationId: request.id });
    });
  }

  @Get(':ruleId/versions/:ruleVersion')
  @Needing('read', 'account')
  @Says({ summary: 'The rule as it was in a version, also once it is retired', tag, ok: [200, 'AlertRuleVersion'], errors: [404] })
  async getVersion(
    @Asking() { accountId }: Credential,
    @Param('ruleId') ruleId: string,
    @Param('ruleVersion') ruleVersion: string,
  ): Promise<AlertRuleVersionView> {
    await this.rules.findEver(accountId, ruleId);
    return this.versions.get(accountId, ruleId, Number(ruleVersion));
  }

  @Get(':ruleId/deliveries')
  @Needing('read', 'account')
  @Says({
    summary: 'Notifications of the rule, also once it is retired, and what came of each',
    tag,
    ok: [200, 'DeliveryList'],
    errors: [404],
    list: true,
  })
  async listDeliveries(
    @Asking() { accountId }: Credential,
    @Param('ruleId') ruleId: string,
    @Query() parameters: Parameters,
  ): Promise<ListView<DeliveryView>> {
    await this.rules.findEver(accountId, ruleId);
    return this.alerts.deliveries(accountId, ruleId, parameters);
  }
}

function objectIn(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refuse('request.malformed', 'The body must be a JSON object: an alert rule.');
  return body;
}
