/** Alerts that were raised, and what people say of them. */
import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AlertView, ListView } from '#contracts';
import { Asking, Needing } from '../admission/admission.guard.js';
import type { Credential } from '../admission/credentials.js';
import { BodyPipe } from '../doors/rest/body-pipe.js';
import { AcknowledgementBody } from '../doors/rest/dto/alert-bodies.js';
import type { ParameterText } from '../doors/rest/openapi/parameters.js';
import { Says } from '../doors/rest/openapi/says.js';
import { RunOnce } from '../doors/rest/run-once.js';
import type { Parameters } from '../queries/shared/parameters.js';
import { Alerts } from './alerts.js';
import { WhoActs } from './who-acts.js';

const tag = 'Alerts';
const FILTERS: ParameterText[] = [
  {
    name: 'state',
    description: 'Only those that fire, or only those that are over.',
    schema: { type: 'string', enum: ['firing', 'cleared'] },
  },
  {
    name: 'severity',
    description: 'Only those of rules of this severity.',
    schema: { type: 'string', enum: ['info', 'warning', 'critical'] },
  },
  { name: 'deviceId', description: 'Only those of this device.', schema: { type: 'string' } },
  { name: 'ruleId', description: 'Only those of this rule.', schema: { type: 'string' } },
];

@Controller('api/v1/alerts')
export class AlertsController {
  constructor(
    @Inject(Alerts) private readonly alerts: Alerts,
    @Inject(WhoActs) private readonly whoActs: WhoActs,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
  ) {}

  @Get()
  @Needing('read')
  @Says({ summary: 'Alerts, the newest first', tag, ok: [200, 'AlertList'], list: true, parameters: FILTERS })
  listAlerts(@Asking() credential: Credential, @Query() parameters: Parameters): Promise<ListView<AlertView>> {
    return this.alerts.list(credential, parameters);
  }

  @Get(':alertId')
  @Needing('read')
  @Says({ summary: 'One alert', tag, ok: [200, 'Alert'], errors: [404] })
  getAlert(@Asking() credential: Credential, @Param('alertId') alertId: string): Promise<AlertView> {
    return this.alerts.get(credential, alertId);
  }

  @Post(':alertId/acknowledgements')
  @Needing('manage', 'account')
  @Says({
    summary: 'Say that somebody sees to it: notifications of it are not repeated',
    tag,
    body: 'AcknowledgementBody',
    ok: [201, 'Alert'],
    errors: [400, 404],
    idempotent: true,
  })
  async acknowledge(
    @Asking() credential: Credential,
    @Param('alertId') alertId: string,
    @Body(new BodyPipe(AcknowledgementBody)) body: AcknowledgementBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { accountId } = credential;
    const { note } = body;
    await this.runOnce.answer({ request, reply, accountId, body, status: 201 }, async (mint) => {
      const by = await this.whoActs.nameOf(credential);
      return this.alerts.acknowledge(alertId, { by, ...(note !== undefined && { note }) }, mint, { accountId, correlationId: request.id });
    });
  }
}
