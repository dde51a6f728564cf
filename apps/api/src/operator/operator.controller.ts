/** For machines: health, metrics, and what a page must know before anyone signs in. */
import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { httpStatusOf } from '#platform';
import { Open } from '../admission/admission.guard.js';
import { Says } from '../doors/rest/openapi/says.js';
import { type ApiSettings, SETTINGS } from '../tokens.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

@Controller()
export class OperatorController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @Get('health/live')
  @Open()
  @Says({ summary: 'The process answers', tag: 'Operation', ok: [200, 'Health'], open: true })
  isLive() {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Open()
  @Says({ summary: 'The service can do its work', tag: 'Operation', ok: [200, 'Health'], open: true, errors: [503] })
  async isReady(@Res() reply: FastifyReply): Promise<void> {
    const health = await this.readiness.check();
    await reply.code(httpStatusOf(health)).header('cache-control', 'no-store').send(health);
  }

  @Get('metrics')
  @Open()
  @Says({ summary: 'Prometheus metrics', tag: 'Operation', ok: [200], open: true })
  async getMetrics(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', this.metrics.contentType).send(await this.metrics.text());
  }

  @Get('api/v1/config')
  @Open()
  @Header('cache-control', 'no-cache')
  @Says({ summary: 'What a page must know before anyone signs in', tag: 'Operation', ok: [200, 'Config'], open: true })
  getConfig() {
    const { tileServer } = this.settings;
    return tileServer === undefined ? {} : { tileServer };
  }
}
