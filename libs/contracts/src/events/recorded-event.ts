/** An event as the log holds it. */
import type { AccountEvent, EmailEvent } from './account-events.js';
import type { AnalysisEvent } from './analysis-events.js';
import type { AlertRuleEvent } from './alert-events.js';
import type { DeviceEvent } from './device-events.js';
import type { ModelEvent } from './model-events.js';
import type { RequestEvent } from './request-events.js';

export type ThingsEvent = DeviceEvent | AccountEvent | EmailEvent | RequestEvent | AlertRuleEvent | AnalysisEvent | ModelEvent;
export type EventType = ThingsEvent['type'];

export interface EventMetadata {
  /** Deterministic: UUIDv5 of stream, command and the event's place among the command's events. */
  eventId: string;
  commandId: string;
  accountId: string;
  correlationId: string;
  causationId?: string;
  /** ms since epoch, our clock. */
  recordedAt: number;
  /** Who decided: `device/3` = category and shard. */
  actor: string;
  writerEpoch: string;
  /** Set where the command can be sent again; remembered by the entity, compared on a retry. */
  bodyHash?: string;
  /** W3C: the span in which it was decided. Present only where that was traced. */
  traceparent?: string;
  /** Place among, and number of, the events of its command: [0, 2] is the first of two. */
  part: [number, number];
}

/** Shape of an event version, 1 at first; an old one is read through an upcaster. */
export interface NewEvent<E extends ThingsEvent = ThingsEvent> {
  type: E['type'];
  eventVersion: number;
  data: E['data'];
  metadata: EventMetadata;
}

export interface RecordedEvent<E extends ThingsEvent = ThingsEvent> extends NewEvent<E> {
  /** In the whole log; rises strictly, starts at 1, may have gaps. */
  position: number;
  stream: string;
  /** In the stream; 0, 1, 2 … without gaps. */
  revision: number;
}
