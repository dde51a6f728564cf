/** Registers the next version of a device's schema. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type DeviceSchema, deviceStream } from '#contracts';
import { CommandSender } from '../shared/command-sender.js';
import type { Mint } from '../shared/mint.js';

export class ChangeSchema extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    /** As it was sent. */
    readonly schema: unknown,
    readonly expectedSchemaVersion: number | undefined,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(ChangeSchema)
export class RegisterSchemaHandler implements ICommandHandler<ChangeSchema> {
  constructor(@Inject(CommandSender) private readonly sender: CommandSender) {}

  async execute({ accountId, deviceId, schema, expectedSchemaVersion, mint, correlationId }: ChangeSchema): Promise<void> {
    const data = { schema: schema as DeviceSchema, ...(expectedSchemaVersion !== undefined && { expectedSchemaVersion }) };
    await this.sender.tellAndShow(deviceStream(accountId, deviceId), { type: 'RegisterSchema', data }, { accountId, correlationId, mint });
  }
}
