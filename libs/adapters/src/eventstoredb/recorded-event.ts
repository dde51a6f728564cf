/** An event as the server tells it, in the words of the port. */
import { gunzipSync } from 'node:zlib';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { EventMetadata, RecordedEvent } from '#contracts';

/** What the server says instead of a position where it has none: versions before 22.6, for events read by stream. */
const NO_POSITION = '18446744073709551615';

export interface SizedEvent {
  event: RecordedEvent;
  /** Of its data, as JSON. */
  bytes: number;
}

/** `namespace` begins the stream's name on the server, and is no part of ours. */
export function sizedEventOf(answer: ReadResp, namespace: string): SizedEvent {
  const recorded = answer.getEvent()!.getEvent()!;
  const data = jsonDataOf(recorded);
  const { eventVersion, ...metadata } = JSON.parse(bufferOf(recorded.getCustomMetadata_asU8()).toString('utf8')) as EventMetadata & {
    eventVersion: number;
  };
  const event = {
    position: positionOf(recorded.getCommitPosition()),
    stream: streamOf(recorded).slice(namespace.length),
    revision: Number(recorded.getStreamRevision()),
    type: recorded.getMetadataMap().get('type'),
    eventVersion,
    metadata,
    data: JSON.parse(data.toString('utf8')) as unknown,
  };
  return { event: event as RecordedEvent, bytes: data.length };
}

/** Throws where a position has no number of its own: above 2^53, or missing. */
export function positionOf(commit: string): number {
  if (commit === NO_POSITION || commit === '') throw new Error('the server tells no positions of streams: it must be 22.6 or later');
  const position = Number(commit) + 1;
  if (!Number.isSafeInteger(position)) throw new RangeError(`the position ${commit} is beyond 2^53`);
  return position;
}

export const commitOf = (position: number): string => String(position - 1);

export const streamOf = (recorded: ReadResp.ReadEvent.RecordedEvent): string =>
  bufferOf(recorded.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8');

/** Large data was compressed. */
export function jsonDataOf(recorded: ReadResp.ReadEvent.RecordedEvent): Buffer {
  const data = bufferOf(recorded.getData_asU8());
  return recorded.getMetadataMap().get('content-type') === 'application/json' ? data : gunzipSync(data);
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
