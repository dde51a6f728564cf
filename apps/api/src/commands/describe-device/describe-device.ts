/** Edits name and tags of a device. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { deviceStream, type DeviceView } from '#contracts';
import { CommandSender } from '../shared/command-sender.js';
import { Devices } from '../shared/devices.js';
import type { Mint } from '../shared/mint.js';

export interface DeviceEdit {
  name?: string;
  tags?: Record<string, string>;
  /** From `If-Match`: refused where the device is at another. */
  expectedRevision?: number;
}

export class EditDevice extends Command<{ view: DeviceView; revision: number }> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly edit: DeviceEdit,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(EditDevice)
export class DescribeDeviceHandler implements ICommandHandler<EditDevice> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(Devices) private readonly devices: Devices,
  ) {}

  async execute({ accountId, deviceId, edit, mint, correlationId }: EditDevice): Promise<{ view: DeviceView; revision: number }> {
    await this.sender.tellAndShow(
      deviceStream(accountId, deviceId),
      { type: 'DescribeDevice', data: edit },
      { accountId, correlationId, mint },
    );
    return this.devices.view(accountId, deviceId);
  }
}
