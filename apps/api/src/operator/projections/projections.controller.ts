/** Projections, and the rebuilds and verifications of each. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject, ListView, ProjectionView, RebuildView } from '#contracts';
import { Asking, Needing } from '../../admission/admission.guard.js';
import type { Credential } from '../../admission/credentials.js';
import { BodyPipe } from '../../doors/rest/body-pipe.js';
import { RebuildBody } from '../../doors/rest/dto/bodies.js';
import { Says } from '../../doors/rest/openapi/says.js';
import { RunOnce } from '../../doors/rest/run-once.js';
import type { Parameters } from '../../queries/shared/parameters.js';
import { ProjectionViews } from './projection-views.js';
import { Rebuilds } from './rebuilds.js';

const REBUILDS = { rebuilds: 'switch', verifications: 'verify' } as const;
const tag = 'Operation';

@Controller('api/v1/projections')
export class ProjectionsController {
  constructor(
    @Inject(ProjectionViews) private readonly projections: ProjectionViews,
    @Inject(Rebuilds) private readonly rebuilds: Rebuilds,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
  ) {}

  @Get()
  @Needing('operate', 'account')
  @Says({ summary: 'How far the projections are', tag, ok: [200, 'ProjectionList'] })
  async listProjections(@Asking() { accountId }: Credential): Promise<ListView<ProjectionView>> {
    return { items: await this.projections.list(accountId) };
  }

  @Get(':name')
  @Needing('operate', 'account')
  @Says({ summary: 'One projection: its parts, its generations, its rebuild', tag, ok: [200, 'Projection'], errors: [404] })
  getProjection(@Asking() { accountId }: Credential, @Param('name') name: string): Promise<ProjectionView> {
    return this.projections.get(name, accountId);
  }

  @Delete(':name/generations/:generation')
  @HttpCode(202)
  @Needing('operate', 'account')
  @Says({ summary: 'Give up an old generation; the projectors delete it', tag, ok: [202], errors: [404, 409] })
  async dropGeneration(@Asking() { accountId }: Credential, @Param('name') name: string, @Param('generation') generation: string) {
    await this.rebuilds.drop(name, generation, accountId);
  }

  @Post(':name/rebuilds')
  @Needing('operate', 'account')
  @Says({
    summary: 'Build a projection again from the log, beside the live one, and switch to it when it has caught up',
    tag,
    ok: [202, 'Rebuild'],
    errors: [404, 409],
    idempotent: true,
  })
  startRebuild(@Asking() asking: Credential, @Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.start('rebuilds', { asking, name, request, reply });
  }

  @Post(':name/verifications')
  @Needing('operate', 'account')
  @Says({
    summary: 'Build a projection again from the log, and compare the live one with it',
    tag,
    ok: [202, 'Verification'],
    errors: [404, 409],
    idempotent: true,
  })
  startVerification(@Asking() asking: Credential, @Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.start('verifications', { asking, name, request, reply });
  }

  @Get(':name/rebuilds')
  @Needing('operate', 'account')
  @Says({ summary: 'The rebuilds of a projection, the newest first', tag, ok: [200, 'RebuildList'], errors: [404], list: true })
  listRebuilds(@Asking() { accountId }: Credential, @Param('name') name: string, @Query() parameters: Parameters) {
    return this.rebuilds.list(name, { purpose: 'switch', accountId, parameters });
  }

  @Get(':name/verifications')
  @Needing('operate', 'account')
  @Says({ summary: 'The verifications of a projection, the newest first', tag, ok: [200, 'VerificationList'], errors: [404], list: true })
  listVerifications(@Asking() { accountId }: Credential, @Param('name') name: string, @Query() parameters: Parameters) {
    return this.rebuilds.list(name, { purpose: 'verify', accountId, parameters });
  }

  @Get(':name/rebuilds/:id')
  @Needing('operate', 'account')
  @Says({ summary: 'How far a rebuild is', tag, ok: [200, 'Rebuild'], errors: [404] })
  getRebuild(@Asking() { accountId }: Credential, @Param('name') name: string, @Param('id') id: string) {
    return this.rebuilds.get(name, { purpose: 'switch', accountId, id });
  }

  @Get(':name/verifications/:id')
  @Needing('operate', 'account')
  @Says({ summary: 'How far a verification is, and what came out', tag, ok: [200, 'Verification'], errors: [404] })
  getVerification(@Asking() { accountId }: Credential, @Param('name') name: string, @Param('id') id: string) {
    return this.rebuilds.get(name, { purpose: 'verify', accountId, id });
  }

  @Patch(':name/rebuilds/:id')
  @Needing('operate', 'account')
  @Says({ summary: 'Pause a rebuild, or let it go on', tag, body: 'RebuildBody', ok: [200, 'Rebuild'], errors: [400, 404, 409] })
  pauseRebuild(
    @Asking() { accountId }: Credential,
    @Param('name') name: string,
    @Param('id') id: string,
    @Body(new BodyPipe(RebuildBody)) { state }: RebuildBody,
  ): Promise<RebuildView> {
    return this.rebuilds.want(name, { purpose: 'switch', accountId, id, wanted: state === 'paused' ? 'pause' : 'run' });
  }

  @Patch(':name/verifications/:id')
  @Needing('operate', 'account')
  @Says({ summary: 'Pause a verification, or let it go on', tag, body: 'RebuildBody', ok: [200, 'Verification'], errors: [400, 404, 409] })
  pauseVerification(
    @Asking() { accountId }: Credential,
    @Param('name') name: string,
    @Param('id') id: string,
    @Body(new BodyPipe(RebuildBody)) { state }: RebuildBody,
  ): Promise<RebuildView> {
    return this.rebuilds.want(name, { purpose: 'verify', accountId, id, wanted: state === 'paused' ? 'pause' : 'run' });
  }

  @Delete(':name/rebuilds/:id')
  @HttpCode(202)
  @Needing('operate', 'account')
  @Says({ summary: 'Cancel a rebuild; what it built is deleted', tag, ok: [202, 'Rebuild'], errors: [404, 409] })
  cancelRebuild(@Asking() { accountId }: Credential, @Param('name') name: string, @Param('id') id: string) {
    return this.rebuilds.want(name, { purpose: 'switch', accountId, id, wanted: 'cancel' });
  }

  @Delete(':name/verifications/:id')
  @HttpCode(202)
  @Needing('operate', 'account')
  @Says({ summary: 'Cancel a verification', tag, ok: [202, 'Verification'], errors: [404, 409] })
  cancelVerification(@Asking() { accountId }: Credential, @Param('name') name: string, @Param('id') id: string) {
    return this.rebuilds.want(name, { purpose: 'verify', accountId, id, wanted: 'cancel' });
  }

  private async start(kind: keyof typeof REBUILDS, { asking, name, request, reply }: Starting): Promise<void> {
    const { accountId } = asking;
    const dress = (kept: JsonObject): JsonObject => {
      reply.header('location', `/api/v1/projections/${encodeURIComponent(name)}/${kind}/${String(kept['rebuildId'])}`);
      return kept;
    };
    await this.runOnce.answer({ request, reply, accountId, body: {}, status: 202, dress }, (mint) =>
      this.rebuilds.start(name, { purpose: REBUILDS[kind], accountId, rebuildId: mint.id('r') }),
    );
  }
}

interface Starting {
  asking: Credential;
  name: string;
  request: FastifyRequest;
  reply: FastifyReply;
}
