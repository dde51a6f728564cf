/** Registers a device with its first schema. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type DeviceSchema, deviceStream, type DeviceView } from '#contracts';
import { CommandSender } from '../shared/command-sender.js';
import { Devices } from '../shared/devices.js';
import type { Mint } from '../shared/mint.js';

export interface NewDevice {
  deviceId?: string;
  name: string;
  tags: Record<string, string>;
  /** As it was sent: the device's decider says what is wrong with it. */
  schema: unknown;
}

export class AddDevice extends Command<DeviceView> {
  constructor(
    readonly accountId: string,
    readonly device: NewDevice,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(AddDevice)
export class RegisterDeviceHandler implements ICommandHandler<AddDevice> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(Devices) private readonly devices: Devices,
  ) {}

  async execute({ accountId, device, mint, correlationId }: AddDevice): Promise<DeviceView> {
    const deviceId = device.deviceId ?? mint.id('d');
    const { name, tags } = device;
    const data = { accountId, deviceId, name, tags, schema: device.schema as DeviceSchema };
    await this.sender.tellAndShow(deviceStream(accountId, deviceId), { type: 'RegisterDevice', data }, { accountId, correlationId, mint });
    return (await this.devices.view(accountId, deviceId)).view;
  }
}
