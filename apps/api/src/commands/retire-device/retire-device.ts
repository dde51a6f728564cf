/** Retires a device: it is gone for every route, its id stays taken, its history stays in the log. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { deviceStream } from '#contracts';
import { CommandSender } from '../shared/command-sender.js';
import type { Mint } from '../shared/mint.js';

export class RemoveDevice extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(RemoveDevice)
export class RetireDeviceHandler implements ICommandHandler<RemoveDevice> {
  constructor(@Inject(CommandSender) private readonly sender: CommandSender) {}

  async execute({ accountId, deviceId, mint, correlationId }: RemoveDevice): Promise<void> {
    await this.sender.tellAndShow(
      deviceStream(accountId, deviceId),
      { type: 'RetireDevice', data: {} },
      { accountId, correlationId, mint },
    );
  }
}
