/** An event as the stand-in keeps it: its place in memory, its bytes in the file. */

/** What a client proposes. */
export interface ProposedEvent {
  id: string;
  type: string;
  isJson: boolean;
  data: Uint8Array;
  metadata: Uint8Array;
}

export interface StoredEvent {
  /** Where its record begins in the file: commit and prepare position at once. */
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  isJson: boolean;
  /** Ms since epoch. */
  created: number;
  /** Of the record's parts in the file. */
  headBytes: number;
  dataBytes: number;
  metadataBytes: number;
  /** While it is in memory. */
  body: EventBody | undefined;
}

export interface EventBody {
  data: Uint8Array;
  metadata: Uint8Array;
}

interface RecordHead {
  s: string;
  r: number;
  i: string;
  t: string;
  j: boolean;
  c: number;
}

/** Lengths of head, data and metadata. */
export const RECORD_HEAD = 12;

/** The revision of a stream that is gone for good, as the server has it. */
export const TOMBSTONE_REVISION = '9223372036854775807';
export const TOMBSTONE_TYPE = '$streamDeleted';

/** The records of one append, laid out for a frame whose body begins at `at`. */
export function encodeRecords(
  stream: string,
  firstRevision: number,
  events: ProposedEvent[],
  { at, created }: { at: number; created: number },
): { body: Buffer; stored: StoredEvent[] } {
  const parts: Uint8Array[] = [];
  const stored: StoredEvent[] = [];
  let position = at;
  for (const [n, { id, type, isJson, data, metadata }] of events.entries()) {
    const revision = firstRevision + n;
    const head = Buffer.from(JSON.stringify({ s: stream, r: revision, i: id, t: type, j: isJson, c: created } satisfies RecordHead));
    const lengths = Buffer.allocUnsafe(RECORD_HEAD);
    lengths.writeUInt32LE(head.length, 0);
    lengths.writeUInt32LE(data.length, 4);
    lengths.writeUInt32LE(metadata.length, 8);
    parts.push(lengths, head, data, metadata);
    const bytes = { headBytes: head.length, dataBytes: data.length, metadataBytes: metadata.length };
    stored.push({ position, stream, revision, id, type, isJson, created, ...bytes, body: { data, metadata } });
    position += sizeOf(bytes);
  }
  return { body: Buffer.concat(parts), stored };
}

export function* decodeRecords(body: Buffer, at: number): Generator<StoredEvent> {
  for (let offset = 0; offset < body.length;) {
    const bytes = {
      headBytes: body.readUInt32LE(offset),
      dataBytes: body.readUInt32LE(offset + 4),
      metadataBytes: body.readUInt32LE(offset + 8),
    };
    const text = body.toString('utf8', offset + RECORD_HEAD, offset + RECORD_HEAD + bytes.headBytes);
    const { s: stream, r: revision, i: id, t: type, j: isJson, c: created } = JSON.parse(text) as RecordHead;
    const data = offset + RECORD_HEAD + bytes.headBytes;
    const metadata = data + bytes.dataBytes;
    const parts = { data: body.subarray(data, metadata), metadata: body.subarray(metadata, metadata + bytes.metadataBytes) };
    yield { position: at + offset, stream, revision, id, type, isJson, created, ...bytes, body: parts };
    offset += sizeOf(bytes);
  }
}

export function sizeOf({ headBytes, dataBytes, metadataBytes }: Pick<StoredEvent, 'headBytes' | 'dataBytes' | 'metadataBytes'>): number {
  return RECORD_HEAD + headBytes + dataBytes + metadataBytes;
}
