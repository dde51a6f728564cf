/** An append as it goes over the wire: serialised at once, so that what becomes of the request later changes nothing. */
import { gzipSync } from 'node:zlib';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import { AppendTooLargeError, type AppendRequest } from '#ports';
import { checkAppend } from '../shared/append-request.js';

const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';
/** Larger data is compressed: a large batch of readings would not fit into an append, above all where it was refused and is kept whole. */
const PLAIN_BYTES_MAX = 256 * 1024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** The server takes messages of 4 MiB at least: an append that weighs more goes in several, and is still one append. */
const MESSAGE_BYTES_MAX = 3 * 1024 * 1024;

export interface WireEvent {
  id: string;
  type: string;
  isJson: boolean;
  data: Uint8Array;
  metadata?: Uint8Array;
}

/** A revision, -1 where the stream must not exist, or any. */
export type Expected = number | 'any';

export interface WireAppend {
  stream: string;
  expected: Expected;
  events: WireEvent[];
  /** What the server counts against its limit. */
  bytes: number;
}

/** Throws `TypeError` for what no server takes. */
export function wireAppendOf(request: AppendRequest, streamName: string): WireAppend {
  checkAppend(request);
  const events = request.events.map(({ type, eventVersion, data, metadata }): WireEvent => {
    if (!UUID.test(metadata.eventId)) throw new TypeError(`an event id is a UUID, not ${JSON.stringify(metadata.eventId)}`);
    return { id: metadata.eventId, type, ...packed(jsonOf(data), PLAIN_BYTES_MAX), metadata: jsonOf({ ...metadata, eventVersion }) };
  });
  return wireAppend(streamName, request.expectedRevision, events);
}

export function wireAppend(stream: string, expected: Expected, events: WireEvent[]): WireAppend {
  return { stream, expected, events, bytes: events.reduce((sum, event) => sum + weightOf(event), 0) };
}

export function jsonOf(value: unknown): Buffer {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('an event needs data that is JSON');
  return Buffer.from(text);
}

/** JSON as it is, or compressed where it is larger. */
export function packed(json: Buffer, plainBytesMax: number): Pick<WireEvent, 'isJson' | 'data'> {
  return json.length <= plainBytesMax ? { isJson: true, data: json } : { isJson: false, data: gzipSync(json, { level: 1 }) };
}

/** What a device is told, too. */
export function tooLarge({ bytes }: Pick<WireAppend, 'bytes'>, bytesMax: number): AppendTooLargeError {
  return new AppendTooLargeError(`It takes ${bytes} bytes to record this, more than the ${bytesMax} that the event log takes at once.`);
}

/** The messages of one append, in order; the last one says that it is. */
export function* messagesOf({ stream, expected, events }: WireAppend, correlationId: string): Generator<BatchAppendReq> {
  const id = new sharedPb.UUID().setString(correlationId);
  let message = new streamsPb.BatchAppendReq().setCorrelationId(id).setOptions(optionsOf(stream, expected));
  let bytes = 0;
  for (const event of events) {
    const weight = weightOf(event);
    if (bytes > 0 && bytes + weight > MESSAGE_BYTES_MAX) {
      yield message;
      message = new streamsPb.BatchAppendReq().setCorrelationId(id);
      bytes = 0;
    }
    message.addProposedMessages(proposedOf(event));
    bytes += weight;
  }
  yield message.setIsFinal(true);
}

/** No deadline is sent: the server compares it with its own clock. Our own time is what counts. */
function optionsOf(stream: string, expected: Expected): BatchAppendReq.Options {
  const identifier = new sharedPb.StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream)));
  const options = new streamsPb.BatchAppendReq.Options().setStreamIdentifier(identifier);
  if (expected === 'any') return options.setAny(new sharedPb.Empty());
  return expected < 0 ? options.setNoStream(new sharedPb.Empty()) : options.setStreamPosition(String(expected));
}

function proposedOf({ id, type, isJson, data, metadata }: WireEvent): BatchAppendReq.ProposedMessage {
  const message = new streamsPb.BatchAppendReq.ProposedMessage().setId(new sharedPb.UUID().setString(id)).setData(data);
  message
    .getMetadataMap()
    .set('type', type)
    .set('content-type', isJson ? JSON_TYPE : BINARY_TYPE);
  return metadata ? message.setCustomMetadata(metadata) : message;
}

const weightOf = ({ type, data, metadata }: WireEvent): number => data.length + (metadata?.length ?? 0) + 2 * type.length;
