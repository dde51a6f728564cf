/** What can have happened to a device. Stream: `device-<accountId>.<deviceId>`. */
import type { Json } from '../json.js';
import type { ReadingColumns, ReadingVerdict } from '../readings.js';
import type { DeviceSchema } from '../schema.js';

export interface DeviceRegistered {
  type: 'DeviceRegistered';
  data: { accountId: string; deviceId: string; name: string; tags: Record<string, string> };
}

/** Name or tags were edited; an absent member is unchanged. */
export interface DeviceDescribed {
  type: 'DeviceDescribed';
  data: { name?: string; tags?: Record<string, string> };
}

export interface SchemaRegistered {
  type: 'SchemaRegistered';
  data: { schemaVersion: number; schema: DeviceSchema };
}

export interface ReadingsReceived {
  type: 'ReadingsReceived';
  data: ReadingColumns;
}

/** Readings that did not fit, each with its verdict and as it was sent. `seq` is set where it was understood. */
export interface ReadingsRejected {
  type: 'ReadingsRejected';
  data: { schemaVersion: number; readings: (ReadingVerdict & { seq?: number | string; reading: Json })[] };
}

/** Readings whose sequence numbers were already received: counted so that the ledger closes. */
export interface DuplicatesDiscarded {
  type: 'DuplicatesDiscarded';
  data: { count: number };
}

export interface DeviceRetired {
  type: 'DeviceRetired';
  data: Record<string, never>;
}

export type DeviceEvent =
  DeviceRegistered | DeviceDescribed | SchemaRegistered | ReadingsReceived | ReadingsRejected | DuplicatesDiscarded | DeviceRetired;
