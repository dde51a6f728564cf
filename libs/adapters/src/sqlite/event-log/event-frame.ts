/** The canonical bytes of an event: laid out once on the caller's thread, completed, hashed and stored by the writer. */
import { hash } from 'node:crypto';
import type { NewEvent } from '#contracts';
import type { AppendRequest } from '#ports';
import { checkAppend } from '../../shared/append-request.js';
// Not by `#contracts`, of which the writer's thread needs nothing else.
import { WrittenColumns } from '../../../../contracts/src/written-columns.js';

/**
 * A frame, all numbers big-endian. The caller fills in everything but the first three, which the writer knows; the SHA-256
 * of the whole frame is the event's hash, so that each event vouches for all before it. Fixed-width lengths in front of the
 * texts make two different events never the same bytes.
 *
 *      0  hash of the event before (32)      48  recordedAt (f64)         64  bytes of type (u32)
 *     32  position (f64)                     56  eventVersion (u32)       68  bytes of data (u32)
 *     40  revision (f64)                     60  bytes of stream (u32)    72  bytes of metadata (u32)
 *     76  stream, type, data, metadata: UTF-8, one after the other
 */
const AT = { position: 32, revision: 40, recordedAt: 48, eventVersion: 56, stream: 60, type: 64, data: 68, metadata: 72 } as const;
const HEADER_BYTES = 76;
export const HASH_BYTES = 32;
/** What the first event is chained to. */
export const GENESIS_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

/** A request as text, serialised once, when it is made: what the caller changes afterwards changes nothing. */
export interface SerialisedAppend {
  stream: string;
  expectedRevision: number;
  events: SerialisedEvent[];
  /** Of all its frames. */
  bytes: number;
}

interface SerialisedEvent {
  type: string;
  eventVersion: number;
  recordedAt: number;
  /** As UTF-8 where it was written before. */
  data: string | Uint8Array;
  metadata: string;
  dataBytes: number;
  metadataBytes: number;
}

export function serialise(request: AppendRequest): SerialisedAppend {
  checkAppend(request);
  const { stream, expectedRevision } = request;
  const nameBytes = Buffer.byteLength(stream);
  const events = request.events.map(serialiseEvent);
  let bytes = 0;
  for (const event of events) bytes += frameBytes(nameBytes, Buffer.byteLength(event.type), event.dataBytes, event.metadataBytes);
  return { stream, expectedRevision, events, bytes };
}

function serialiseEvent({ type, eventVersion, data, metadata }: NewEvent): SerialisedEvent {
  const written = WrittenColumns.jsonOf(data) ?? JSON.stringify(data);
  const metadataText = JSON.stringify(metadata);
  return {
    type,
    eventVersion,
    recordedAt: metadata.recordedAt,
    data: written,
    metadata: metadataText,
    dataBytes: Buffer.byteLength(written),
    metadataBytes: Buffer.byteLength(metadataText),
  };
}

/** The frames of several requests in one buffer: where none is given one of its own, ready to be transferred. */
export function encodeFrames(appends: SerialisedAppend[], buffer: Buffer = Buffer.allocUnsafeSlow(bytesOf(appends))): Buffer {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  let offset = 0;
  for (const { stream, events } of appends) for (const event of events) offset = writeFrame(buffer, view, offset, stream, event);
  return buffer;
}

function bytesOf(appends: SerialisedAppend[]): number {
  let bytes = 0;
  for (const append of appends) bytes += append.bytes;
  return bytes;
}

function writeFrame(buffer: Buffer, view: DataView, start: number, stream: string, event: SerialisedEvent): number {
  const streamBytes = Buffer.byteLength(stream);
  const typeBytes = Buffer.byteLength(event.type);
  view.setFloat64(start + AT.recordedAt, event.recordedAt);
  view.setUint32(start + AT.eventVersion, event.eventVersion);
  view.setUint32(start + AT.stream, streamBytes);
  view.setUint32(start + AT.type, typeBytes);
  view.setUint32(start + AT.data, event.dataBytes);
  view.setUint32(start + AT.metadata, event.metadataBytes);
  let at = start + HEADER_BYTES;
  at = writeText(buffer, at, stream, streamBytes);
  at = writeText(buffer, at, event.type, typeBytes);
  at = writeText(buffer, at, event.data, event.dataBytes);
  return writeText(buffer, at, event.metadata, event.metadataBytes);
}

function writeText(buffer: Buffer, at: number, text: string | Uint8Array, bytes: number): number {
  if (typeof text !== 'string') buffer.set(text, at);
  // As many bytes as characters: ASCII, and a Latin-1 write is a plain copy.
  else buffer.write(text, at, bytes, bytes === text.length ? 'latin1' : 'utf8');
  return at + bytes;
}

const frameBytes = (stream: number, type: number, data: number, metadata: number): number => HEADER_BYTES + stream + type + data + metadata;

/** An event as the writer stores it. The texts are views into the frame. */
export interface SealedEvent {
  type: Uint8Array;
  eventVersion: number;
  recordedAt: number;
  data: Uint8Array;
  metadata: Uint8Array;
  hash: Uint8Array;
  /** Where the next frame starts. */
  end: number;
}

/** Completes the frame at `start` with its place in the log and hashes it. */
export function sealFrame(
  frames: Buffer,
  view: DataView,
  start: number,
  previousHash: Uint8Array,
  position: number,
  revision: number,
): SealedEvent {
  frames.set(previousHash, start);
  view.setFloat64(start + AT.position, position);
  view.setFloat64(start + AT.revision, revision);
  const type = start + HEADER_BYTES + view.getUint32(start + AT.stream);
  const data = type + view.getUint32(start + AT.type);
  const metadata = data + view.getUint32(start + AT.data);
  const end = metadata + view.getUint32(start + AT.metadata);
  return {
    type: frames.subarray(type, data),
    eventVersion: view.getUint32(start + AT.eventVersion),
    recordedAt: view.getFloat64(start + AT.recordedAt),
    data: frames.subarray(data, metadata),
    metadata: frames.subarray(metadata, end),
    hash: hash('sha256', frames.subarray(start, end), 'buffer'),
    end,
  };
}

/** An event as it stands on disk, byte for byte. */
export interface StoredEvent {
  position: number;
  revision: number;
  eventVersion: number;
  recordedAt: number;
  stream: Uint8Array;
  type: Uint8Array;
  data: Uint8Array;
  metadata: Uint8Array;
}

/** The hash that the stored bytes of an event should have: what `sealFrame` once computed. */
export function hashOfStored(event: StoredEvent, previousHash: Uint8Array): Uint8Array {
  const { stream, type, data, metadata } = event;
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(previousHash);
  header.writeDoubleBE(event.position, AT.position);
  header.writeDoubleBE(event.revision, AT.revision);
  header.writeDoubleBE(event.recordedAt, AT.recordedAt);
  header.writeUInt32BE(event.eventVersion >>> 0, AT.eventVersion);
  header.writeUInt32BE(stream.length, AT.stream);
  header.writeUInt32BE(type.length, AT.type);
  header.writeUInt32BE(data.length, AT.data);
  header.writeUInt32BE(metadata.length, AT.metadata);
  return hash('sha256', Buffer.concat([header, stream, type, data, metadata]), 'buffer');
}
