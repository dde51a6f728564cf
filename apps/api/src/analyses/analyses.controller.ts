/** What can be computed, and what is: who may read may look, who may manage may ask and cancel, for a computation costs the service. */
import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalysisView, JsonObject, ListView, OperationView } from '#contracts';
import { Asking, Needing } from '../admission/admission.guard.js';
import type { Credential } from '../admission/credentials.js';
import { BodyPipe } from '../doors/rest/body-pipe.js';
import { AnalysisBody } from '../doors/rest/dto/bodies.js';
import { Says } from '../doors/rest/openapi/says.js';
import { RunOnce } from '../doors/rest/run-once.js';
import type { Parameters } from '../queries/shared/parameters.js';
import { Analyses } from './analyses.js';
import { RESULT_PARAMETERS } from './openapi.js';
import { operationViews } from './operations.js';

const tag = 'Analyses';

@Controller('api/v1')
export class AnalysesController {
  constructor(
    @Inject(Analyses) private readonly analyses: Analyses,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
  ) {}

  @Get('operations')
  @Needing('read')
  @Says({ summary: 'What can be computed, with which parameters', tag, ok: [200, 'OperationList'] })
  listOperations(): ListView<OperationView> {
    return { items: operationViews() };
  }

  @Post('analyses')
  @Needing('manage', 'account')
  @Says({
    summary: 'Ask for something to be computed over readings that are stored',
    tag,
    body: 'AnalysisBody',
    ok: [202, 'Analysis'],
    errors: [400, 404, 422],
    idempotent: true,
  })
  async requestAnalysis(
    @Asking() { accountId }: Credential,
    @Body(new BodyPipe(AnalysisBody)) body: AnalysisBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const dress = (kept: JsonObject): JsonObject => {
      reply.header('location', `/api/v1/analyses/${String(kept['analysisId'])}`);
      return kept;
    };
    await this.runOnce.answer({ request, reply, accountId, body, status: 202, dress }, (mint) =>
      this.analyses.request(body, mint, { accountId, correlationId: request.id }),
    );
  }

  @Get('analyses')
  @Needing('read', 'account')
  @Says({ summary: 'The analyses of the account, the newest first, without results', tag, ok: [200, 'AnalysisList'], list: true })
  listAnalyses(@Asking() { accountId }: Credential, @Query() parameters: Parameters): Promise<ListView<AnalysisView>> {
    return this.analyses.list(accountId, parameters);
  }

  @Get('analyses/:analysisId')
  @Needing('read', 'account')
  @Says({ summary: 'How far it is, and what came out', tag, ok: [200, 'Analysis'], errors: [404], parameters: RESULT_PARAMETERS })
  getAnalysis(@Asking() { accountId }: Credential, @Param('analysisId') analysisId: string, @Query() parameters: Parameters) {
    return this.analyses.get(accountId, analysisId, parameters);
  }

  @Delete('analyses/:analysisId')
  @Needing('manage', 'account')
  @Says({
    summary: 'Cancel it while it is not over; afterwards, delete it and its result',
    tag,
    ok: [204],
    errors: [404, 409],
    idempotent: true,
  })
  async endAnalysis(
    @Asking() { accountId }: Credential,
    @Param('analysisId') analysisId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.runOnce.end({ request, reply, accountId }, (mint) => this.analyses.end(accountId, analysisId, mint, request.id));
  }
}
