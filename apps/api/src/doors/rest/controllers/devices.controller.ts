/** Devices and their schemas. */
import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#contracts';
import { Asking, Needing } from '../../../admission/admission.guard.js';
import type { Credential } from '../../../admission/credentials.js';
import { EditDevice } from '../../../commands/describe-device/describe-device.js';
import { AddDevice } from '../../../commands/register-device/register-device.js';
import { ChangeSchema } from '../../../commands/register-schema/register-schema.js';
import { RemoveDevice } from '../../../commands/retire-device/retire-device.js';
import { GetSchema } from '../../../queries/get-schema/get-schema.js';
import { GetDevice, ListDevices } from '../../../queries/list-devices/list-devices.js';
import { PreviewSchema } from '../../../queries/preview-schema/preview-schema.js';
import type { Parameters } from '../../../queries/shared/parameters.js';
import { BodyPipe } from '../body-pipe.js';
import { EditDeviceBody, NewDeviceBody } from '../dto/bodies.js';
import { expectedRevision, sendTagged } from '../etag.js';
import { Says } from '../openapi/says.js';
import { refuse } from '../problem-error.js';
import { RunOnce } from '../run-once.js';

@Controller('api/v1/devices')
export class DevicesController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
  ) {}

  @Get()
  @Needing('read')
  @Says({ summary: 'The devices of the account', tag: 'Devices', ok: [200, 'DeviceList'], list: true })
  listDevices(@Asking() credential: Credential, @Query() parameters: Parameters) {
    return this.queries.execute(new ListDevices(credential, parameters));
  }

  @Post()
  @Needing('manage', 'account')
  @Says({
    summary: 'Register a device with its schema',
    tag: 'Devices',
    body: 'NewDeviceBody',
    ok: [201, 'Device'],
    errors: [400, 409, 422],
    idempotent: true,
  })
  async addDevice(
    @Asking() { accountId }: Credential,
    @Body(new BodyPipe(NewDeviceBody)) body: NewDeviceBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { deviceId, name, tags = {} } = body;
    const device = { ...(deviceId !== undefined && { deviceId }), name, tags, schema: body.schema ?? {} };
    const dress = (kept: JsonObject): JsonObject => {
      reply.header('location', `/api/v1/devices/${encodeURIComponent(String(kept['deviceId']))}`);
      return kept;
    };
    await this.runOnce.answer({ request, reply, accountId, body, status: 201, dress }, (mint) =>
      this.commands.execute(new AddDevice(accountId, device, mint, request.id)),
    );
  }

  @Get(':id')
  @Needing('read', 'device')
  @Says({ summary: 'One device', tag: 'Devices', ok: [200, 'Device'], errors: [404], tagged: true })
  async getDevice(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { view, revision } = await this.queries.execute(new GetDevice(accountId, id));
    await sendTagged(request, reply, revision, view);
  }

  @Patch(':id')
  @Needing('manage', 'device')
  @Says({
    summary: 'Edit name and tags',
    tag: 'Devices',
    body: 'EditDeviceBody',
    ok: [200, 'Device'],
    errors: [400, 404, 412, 422],
    tagged: true,
    idempotent: true,
  })
  async editDevice(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Body(new BodyPipe(EditDeviceBody)) body: EditDeviceBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, tags } = body;
    const described = { ...(name !== undefined && { name }), ...(tags && { tags }) };
    await this.runOnce.edit({ request, reply, accountId, body: described }, async (mint) => {
      await this.queries.execute(new GetDevice(accountId, id));
      const expected = expectedRevision(request, 'device.changed-meanwhile');
      const edit = { ...described, ...(expected !== undefined && { expectedRevision: expected }) };
      return this.commands.execute(new EditDevice(accountId, id, edit, mint, request.id));
    });
  }

  @Delete(':id')
  @Needing('manage', 'device')
  @Says({ summary: 'Retire a device; its id stays taken', tag: 'Devices', ok: [204], errors: [404, 412], idempotent: true })
  async retireDevice(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.runOnce.end({ request, reply, accountId }, async (mint) => {
      if (request.headers['if-match'] !== undefined) {
        const { revision } = await this.queries.execute(new GetDevice(accountId, id));
        const expected = expectedRevision(request, 'device.changed-meanwhile') ?? revision;
        if (expected !== revision) throw refuse('device.changed-meanwhile', `The device is at revision ${revision}, not ${expected}.`);
      }
      await this.commands.execute(new RemoveDevice(accountId, id, mint, request.id));
    });
  }

  @Get(':id/schema')
  @Needing('read', 'device')
  @Says({ summary: 'The schema in all its versions', tag: 'Devices', ok: [200, 'Schema'], errors: [404], tagged: true, asOf: true })
  async getSchema(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Query() parameters: Parameters,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const view = await this.queries.execute(new GetSchema(accountId, id, parameters));
    await sendTagged(request, reply, view.schemaVersion, view);
  }

  @Put(':id/schema')
  @Needing('manage', 'device')
  @Says({
    summary: 'Register the next version of the schema',
    tag: 'Devices',
    body: 'DeviceSchema',
    ok: [200, 'Schema'],
    errors: [400, 404, 412, 422],
    tagged: true,
    idempotent: true,
  })
  async putSchema(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.runOnce.edit({ request, reply, accountId, body: { schema: body } }, async (mint) => {
      await this.queries.execute(new GetDevice(accountId, id));
      const expected = expectedRevision(request, 'schema.changed-meanwhile');
      await this.commands.execute(new ChangeSchema(accountId, id, schemaIn(body), expected, mint, request.id));
      const view = await this.queries.execute(new GetSchema(accountId, id));
      return { view, revision: view.schemaVersion };
    });
  }

  @Post(':id/schema/preview')
  @Needing('read', 'device')
  @Says({
    summary: 'What history would become under another schema',
    tag: 'Devices',
    body: 'DeviceSchema',
    ok: [200, 'SchemaPreview'],
    errors: [400, 404, 422],
    idempotent: true,
  })
  async previewSchema(
    @Asking() { accountId }: Credential,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const schema = schemaIn(body);
    await this.runOnce.answer({ request, reply, accountId, body: schema as object, status: 200 }, () =>
      this.queries.execute(new PreviewSchema(accountId, id, schema)),
    );
  }
}

function schemaIn(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refuse('request.malformed', 'The body must be a schema: a JSON object with fields.');
  return body;
}
