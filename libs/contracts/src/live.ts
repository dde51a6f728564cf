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

/** Told in `PROGRESS_ROOM` after each step of the projector: everything up to here is visible. */
export interface ProjectedMessage {
  views: number;
  series: number;
}
/** Told in `PROGRESS_ROOM` about once a second. */
export interface ProjectionFiguresMessage {
  projections: ProjectionFigures[];
}
/** How far one projection is. */
export interface ProjectionFigures {
  name: string;
  generation: number;
  version: number;
  position: number;
  lagEvents: number;
  lagSeconds: number;
  ratePerSecond: number;
  /** Why it stands still: it needs a corrected program. */
  failed?: { position: number; error: string };
  /** Why it waits: its store cannot be written at the moment; it tries again. */
  waiting?: string;
}
/** Told in `CREDENTIALS_ROOM` once the views show it: forget what is cached of these, close their sockets. */
export interface CredentialsChangedMessage {
  changes: ({ accountId: string; keyId: string } | { accountId: string; sessionId: string })[];
}
/** `event` of a live message in the internal rooms, and its `data`. */
export interface InternalLiveEvents {
  'projector.progressed': ProjectedMessage;
  'projector.figures': ProjectionFiguresMessage;
  'credentials.changed': CredentialsChangedMessage;
}
