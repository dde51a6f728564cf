/** Reading it back: latest values, readings, series, events, the ledger and what was refused. */
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Asking, Needing } from '../../../admission/admission.guard.js';
import type { Credential } from '../../../admission/credentials.js';
import { GetDigest } from '../../../queries/get-digest/get-digest.js';
import { GetLatest } from '../../../queries/get-latest/get-latest.js';
import { GetLedger } from '../../../queries/get-ledger/get-ledger.js';
import { GetSeries } from '../../../queries/get-series/get-series.js';
import { ListEvents } from '../../../queries/list-events/list-events.js';
import { ListModels } from '../../../queries/list-models/list-models.js';
import { ListReadings } from '../../../queries/list-readings/list-readings.js';
import { ListRejections } from '../../../queries/list-rejections/list-rejections.js';
import type { Parameters } from '../../../queries/shared/parameters.js';
import { formatFor, sendReadings, sendSeries } from '../formats/send-table.js';
import { Says } from '../openapi/says.js';
import { EVENTS_PARAMETERS, SERIES_PARAMETERS, RANGE_PARAMETERS } from '../openapi/parameters.js';

@Controller('api/v1/devices/:id')
export class DataController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Get('latest')
  @Needing('read', 'device')
  @Says({ summary: 'The latest value of each field, by device time', tag: 'Data', ok: [200, 'Latest'], errors: [404], asOf: true })
  getLatest(@Asking() { accountId }: Credential, @Param('id') id: string, @Query() parameters: Parameters) {
    return this.queries.execute(new GetLatest(accountId, id, parameters));
  }

  @Get('readings')
  @Needing('read', 'device')
  @Says({
    summary: 'Raw readings in the order of device time',
    tag: 'Data',
    ok: [200, 'Readings'],
    errors: [404, 406],
    list: true,
    asOf: true,
    parameters: RANGE_PARAMETERS,
    tables: true,
  })
  async listReadings(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Query() parameters: Parameters,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const format = formatFor(request.headers.accept);
    await sendReadings(request, reply, await this.queries.execute(new ListReadings(accountId, id, parameters)), format);
  }

  @Get('series')
  @Needing('read', 'device')
  @Says({
    summary: 'Series in columns: raw, by windows, or few points for a picture',
    tag: 'Data',
    ok: [200, 'Series'],
    errors: [404, 406],
    asOf: true,
    parameters: SERIES_PARAMETERS,
    tables: true,
  })
  async getSeries(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Query() parameters: Parameters,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const format = formatFor(request.headers.accept);
    await sendSeries(reply, await this.queries.execute(new GetSeries(accountId, id, parameters)), format);
  }

  @Get('events')
  @Needing('read', 'device')
  @Says({
    summary: 'What happened to the device',
    tag: 'Data',
    ok: [200, 'Events'],
    errors: [404],
    list: true,
    asOf: true,
    parameters: EVENTS_PARAMETERS,
  })
  listEvents(@Asking() { accountId }: Credential, @Param('id') id: string, @Query() parameters: Parameters) {
    return this.queries.execute(new ListEvents(accountId, id, parameters));
  }

  @Get('ledger')
  @Needing('read', 'device')
  @Says({ summary: 'Does it add up', tag: 'Data', ok: [200, 'Ledger'], errors: [404], asOf: true })
  getLedger(@Asking() { accountId }: Credential, @Param('id') id: string, @Query() parameters: Parameters) {
    return this.queries.execute(new GetLedger(accountId, id, parameters));
  }

  @Get('digest')
  @Needing('read', 'device')
  @Says({
    summary: 'Hashes of what the device sent and what became of it: equal on two services that were sent the same',
    tag: 'Data',
    ok: [200, 'DeviceDigest'],
    errors: [404, 503],
  })
  getDigest(@Asking() { accountId }: Credential, @Param('id') id: string) {
    return this.queries.execute(new GetDigest(accountId, id));
  }

  @Get('rejections')
  @Needing('read', 'device')
  @Says({ summary: 'What was refused, the newest first', tag: 'Data', ok: [200, 'Rejections'], errors: [404], list: true, asOf: true })
  listRejections(@Asking() { accountId }: Credential, @Param('id') id: string, @Query() parameters: Parameters) {
    return this.queries.execute(new ListRejections(accountId, id, parameters));
  }

  @Get('models')
  @Needing('read', 'device')
  @Says({
    summary: 'Networks trained on its fields, every version, the newest first',
    tag: 'Analyses',
    ok: [200, 'ModelList'],
    errors: [404],
    list: true,
    asOf: true,
  })
  listModels(@Asking() { accountId }: Credential, @Param('id') id: string, @Query() parameters: Parameters) {
    return this.queries.execute(new ListModels(accountId, id, parameters));
  }
}
