/** Between the wire's messages and the stand-in's own words. */
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { ANY, NO_STREAM, STREAM_EXISTS } from '../store/commit-check.js';
import { TOMBSTONE_REVISION, TOMBSTONE_TYPE, type EventBody, type ProposedEvent, type StoredEvent } from '../store/event-record.js';

const { ReadEvent } = streamsPb.ReadResp;
const TICKS_PER_MS = 10_000n;
const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';

export const empty = (): InstanceType<typeof sharedPb.Empty> => new sharedPb.Empty();

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export function identifierOf(stream: string): StreamIdentifier {
  return new sharedPb.StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream, 'utf8')));
}

export function uuidOf(text: string): UUID {
  return new sharedPb.UUID().setString(text);
}

export function textOf(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const half = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The expected revision of an append or a delete; undefined where none was given. */
export function expectedOf(options: {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  revision(): string | undefined;
}): number | undefined {
  if (options.hasAny()) return ANY;
  if (options.hasNoStream()) return NO_STREAM;
  if (options.hasStreamExists()) return STREAM_EXISTS;
  const revision = options.revision();
  return revision === undefined ? undefined : Number(revision);
}

type Proposal = Pick<BatchAppendReq.ProposedMessage, 'getId' | 'getMetadataMap' | 'getData_asU8' | 'getCustomMetadata_asU8'>;

/** Undefined where it lacks what the server requires. */
export function proposedOf(message: Proposal): ProposedEvent | { missing: string } {
  const properties = message.getMetadataMap();
  const type = properties.get('type');
  const contentType = properties.get('content-type');
  if (type === undefined) return { missing: 'type' };
  if (contentType === undefined) return { missing: 'content-type' };
  return {
    id: textOf(message.getId()).toLowerCase(),
    type,
    isJson: contentType === JSON_TYPE,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** What an append weighs, as the server counts. */
export const weightOf = ({ type, data, metadata }: ProposedEvent): number => data.length + metadata.length + 2 * type.length;

export function readEventOf(event: StoredEvent, bodyOf: (event: StoredEvent) => EventBody, link?: StoredEvent): ReadResp {
  const message = new ReadEvent().setEvent(recordedEventOf(event, bodyOf(event)));
  if (link) message.setLink(recordedEventOf(link, bodyOf(link)));
  message.setCommitPosition(String((link ?? event).position));
  return new streamsPb.ReadResp().setEvent(message);
}

function recordedEventOf(event: StoredEvent, { data, metadata }: EventBody): ReadResp.ReadEvent.RecordedEvent {
  const recorded = new ReadEvent.RecordedEvent()
    .setId(uuidOf(event.id))
    .setStreamIdentifier(identifierOf(event.stream))
    .setStreamRevision(event.type === TOMBSTONE_TYPE ? TOMBSTONE_REVISION : String(event.revision))
    .setPreparePosition(String(event.position))
    .setCommitPosition(String(event.position))
    .setData(data)
    .setCustomMetadata(metadata);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.isJson ? JSON_TYPE : BINARY_TYPE)
    .set('created', String(BigInt(event.created) * TICKS_PER_MS));
  return recorded;
}
