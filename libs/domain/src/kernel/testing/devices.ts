/** Devices, schemas and events to begin specs with. */
import type { DeviceEvent, DeviceSchema, FieldSchema, Json } from '#contracts';
import type { DeviceDomainCommand } from '../../device/commands.js';
import { deviceDecider } from '../../device/device.js';
import { freezeDevice, thawDevice, type DeviceState } from '../../device/state.js';
import type { Subject } from './given-when-then.js';

export const device: Subject<DeviceState, DeviceDomainCommand, DeviceEvent> = {
  decider: deviceDecider,
  freeze: freezeDevice,
  thaw: thawDevice,
};

export const schemaOf = (fields: Record<string, FieldSchema>, more: Partial<DeviceSchema> = {}): DeviceSchema => ({ fields, ...more });

export const TEMPERATURE = schemaOf({ temperature: { type: 'number', min: -40, max: 125, unit: 'Cel', required: true } });

export const deviceRegistered = (): DeviceEvent => ({
  type: 'DeviceRegistered',
  data: { accountId: 'a1', deviceId: 'd7', name: 'Greenhouse', tags: { site: 'north' } },
});

export const schemaRegistered = (schema: DeviceSchema = TEMPERATURE, schemaVersion = 1): DeviceEvent => ({
  type: 'SchemaRegistered',
  data: { schemaVersion, schema },
});

export const registered = (schema: DeviceSchema = TEMPERATURE): DeviceEvent[] => [deviceRegistered(), schemaRegistered(schema)];

export const registerDevice = (schema: unknown = TEMPERATURE): DeviceDomainCommand => ({
  type: 'RegisterDevice',
  data: { accountId: 'a1', deviceId: 'd7', name: 'Greenhouse', tags: { site: 'north' }, schema: schema as DeviceSchema },
});

export const registerSchema = (schema: unknown, expectedSchemaVersion?: number): DeviceDomainCommand => ({
  type: 'RegisterSchema',
  data: { schema: schema as DeviceSchema, ...(expectedSchemaVersion !== undefined && { expectedSchemaVersion }) },
});

export const receiveReadings = (...readings: Json[]): DeviceDomainCommand => ({ type: 'ReceiveReadings', data: { readings } });
export const retireDevice = (): DeviceDomainCommand => ({ type: 'RetireDevice', data: {} });
export const deviceRetired = (): DeviceEvent => ({ type: 'DeviceRetired', data: {} });
