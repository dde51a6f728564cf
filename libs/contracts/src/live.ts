/** What travels over Socket.IO. */
import type { FieldColumn } from './readings.js';

export interface SubscribeRequest {
  deviceId: string;
  fields?: string[];
  /** A position as decimal text (or number): what happened since is sent from the log first. */
  after?: string | number;
  /** At most so many messages a second; what lies between is coalesced, never dropped. */
  rateHzMax?: number;
}
export interface UnsubscribeRequest {
  deviceId: string;
}
export type SubscribeAck = { ok: true; position: string } | { ok: false; code: string; message: string };

export interface ReadingsRecordedMessage {
  deviceId: string;
  /** Of the last event in this message, decimal text. */
  position: string;
  time: number[];
  fields: Record<string, FieldColumn>;
}
export interface DeviceChangedMessage {
  deviceId: string;
  position: string;
  change: 'registered' | 'described' | 'schema' | 'retired';
}
export interface ReadingsRejectedMessage {
  deviceId: string;
  position: string;
  rejected: { index: number; field?: string; code: string; message: string }[];
}

export interface ServerToClientEvents {
  'readings.recorded': (message: ReadingsRecordedMessage) => void;
  'device.changed': (message: DeviceChangedMessage) => void;
  'readings.rejected': (message: ReadingsRejectedMessage) => void;
  'projection.progressed': (message: { name: string; generation: number; position: string }) => void;
}
export interface ClientToServerEvents {
  subscribe: (request: SubscribeRequest, ack: (answer: SubscribeAck) => void) => void;
  unsubscribe: (request: UnsubscribeRequest, ack: (answer: SubscribeAck) => void) => void;
}
