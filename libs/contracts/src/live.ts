/** What travels over Socket.IO. */
import type { AlertChangedMessage, AlertClearedMessage, AlertRaisedMessage } from './alerts.js';
import type { AnalysisPhase } from './analyses.js';
import type { QueueView, RebuildView, ShardView } from './operating.js';
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
export type SubscribeAck =
  | { ok: true; position: string }
  /** `retryAfter`: seconds to wait, as `Retry-After` says over HTTP. */
  | { ok: false; code: string; message: string; retryAfter?: number };

export interface ReadingsRecordedMessage {
  deviceId: string;
  /** Of the last event in this message, decimal text. */
  position: string;
  /** Of the request that the last event in this message came from. */
  correlationId?: string;
  time: number[];
  fields: Record<string, FieldColumn>;
}
export interface DeviceChangedMessage {
  deviceId: string;
  position: string;
  /** Of the request that the last event in this message came from. */
  correlationId?: string;
  change: 'registered' | 'described' | 'schema' | 'retired';
}
export interface ReadingsRejectedMessage {
  deviceId: string;
  position: string;
  /** Of the request that the last event in this message came from. */
  correlationId?: string;
  rejected: { index: number; field?: string; code: string; message: string }[];
}

/** To everyone who may read the account, at most four times a second an analysis. */
export interface AnalysisProgressedMessage {
  analysisId: string;
  operation: string;
  status: 'queued' | 'running';
  /** 0 … 1. */
  progress: number;
  phase: AnalysisPhase;
  /** Its process died: it begins again. */
  restarted?: true;
  restarts: number;
  /** Rows of the result so far, of a standing analysis. */
  rows?: number;
}
/** However it ended; the views show it. */
export interface AnalysisCompletedMessage {
  analysisId: string;
  status: 'completed' | 'failed' | 'cancelled';
  position: string;
  error?: string;
}

export interface ServerToClientEvents {
  'analysis.progressed': (message: AnalysisProgressedMessage) => void;
  'analysis.completed': (message: AnalysisCompletedMessage) => void;
  'readings.recorded': (message: ReadingsRecordedMessage) => void;
  'device.changed': (message: DeviceChangedMessage) => void;
  'readings.rejected': (message: ReadingsRejectedMessage) => void;
  /** Those of alerts go to everyone who may read the account. */
  'alert.raised': (message: AlertRaisedMessage) => void;
  'alert.cleared': (message: AlertClearedMessage) => void;
  'alert.changed': (message: AlertChangedMessage) => void;
  /** To those who hold the scope `operate`. */
  'projection.progressed': (message: ProjectionProgressedMessage) => void;
}
export interface ClientToServerEvents {
  subscribe: (request: SubscribeRequest, ack: (answer: SubscribeAck) => void) => void;
  unsubscribe: (request: UnsubscribeRequest, ack: (answer: SubscribeAck) => void) => void;
}

export interface ProjectionProgressedMessage {
  name: string;
  generation: number;
  /** Decimal text. */
  position: string;
  lagEvents: number;
  lagSeconds: number;
  ratePerSecond: number;
  /** Why it stands still or waits, in words. */
  trouble?: string;
  /** The rebuild or verification under way, or the one that has just ended. */
  rebuild?: RebuildView;
}

/** Told in `PROGRESS_ROOM` after each step of a projector: everything up to here of the streams of this part is visible. */
export interface ProjectedMessage {
  part: number;
  views: number;
  series: number;
}
/** Told in `PROGRESS_ROOM` about once a second. */
export interface ProjectionFiguresMessage {
  /** Which projector tells. */
  process: string;
  projections: ProjectionFigures[];
  /** Those that it works on, or has just ended. */
  rebuilds: RebuildView[];
}
/** Told in `PROGRESS_ROOM` by each ingestor, about once a second. */
export interface IngestorFiguresMessage {
  process: string;
  shards: ShardView[];
  queue: QueueView;
}
/** How far one part of a projection is. */
export interface ProjectionFigures {
  name: string;
  part: number;
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
/** Told in `REBUILDS_ROOM` by an api that has written what an operator asked for: the projectors look at once. */
export type RebuildRequestedMessage = Record<string, never>;
/** `event` of a live message in the internal rooms, and its `data`. */
export interface InternalLiveEvents {
  'projector.progressed': ProjectedMessage;
  'projector.figures': ProjectionFiguresMessage;
  'ingestor.figures': IngestorFiguresMessage;
  'credentials.changed': CredentialsChangedMessage;
  'rebuild.requested': RebuildRequestedMessage;
}
