/** Parked commands: `GET /parked-commands`, and what is done about each of them. */
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Asking, Needing } from '../../admission/admission.guard.js';
import type { Credential } from '../../admission/credentials.js';
import { Says } from '../../doors/rest/openapi/says.js';
import { RunOnce } from '../../doors/rest/run-once.js';
import { badParameter, type Parameters, textOf } from '../../queries/shared/parameters.js';
import { REASON_PARAMETER } from '../openapi.js';
import { ParkedCommands } from './parked-commands.js';

const REASON_CHARS_MAX = 500;

@Controller('api/v1/parked-commands')
export class ParkedCommandsController {
  constructor(
    @Inject(ParkedCommands) private readonly parked: ParkedCommands,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
  ) {}

  @Get()
  @Needing('operate', 'account')
  @Says({ summary: 'Commands that failed again and again, the newest first', tag: 'Operation', ok: [200, 'ParkedCommandList'], list: true })
  listParkedCommands(@Asking() credential: Credential, @Query() parameters: Parameters) {
    return this.parked.list(credential, parameters);
  }

  @Get(':parkedId')
  @Needing('operate', 'account')
  @Says({ summary: 'One parked command', tag: 'Operation', ok: [200, 'ParkedCommand'], errors: [404] })
  getParkedCommand(@Asking() credential: Credential, @Param('parkedId') parkedId: string) {
    return this.parked.get(credential, parkedId);
  }

  @Post(':parkedId/retries')
  @Needing('operate', 'account')
  @Says({
    summary: 'Try a parked command again; it is no longer parked when its entity accepts it, or refuses it for good',
    tag: 'Operation',
    ok: [200, 'ParkedRetry'],
    errors: [404, 503],
    idempotent: true,
  })
  async retryParkedCommand(
    @Asking() credential: Credential,
    @Param('parkedId') parkedId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.runOnce.answer({ request, reply, accountId: credential.accountId, body: {}, status: 200 }, () =>
      this.parked.retry(credential, parkedId),
    );
  }

  @Delete(':parkedId')
  @HttpCode(204)
  @Needing('operate', 'account')
  @Says({
    summary: 'Give a parked command up; who did, and why, is logged',
    tag: 'Operation',
    ok: [204],
    errors: [404],
    parameters: [REASON_PARAMETER],
  })
  async dropParkedCommand(@Asking() credential: Credential, @Param('parkedId') parkedId: string, @Query() parameters: Parameters) {
    const reason = textOf(parameters, 'reason');
    if (reason !== undefined && reason.length > REASON_CHARS_MAX)
      throw badParameter('reason', `reason is text of at most ${REASON_CHARS_MAX} characters.`);
    await this.parked.drop(credential, parkedId, reason);
  }
}
