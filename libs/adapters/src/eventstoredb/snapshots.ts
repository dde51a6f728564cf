/** Snapshots in streams of their own, of which the server keeps the newest event only. */
import { hash } from 'node:crypto';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Snapshot } from '#ports';
import { jsonOf, packed, wireAppend, type WireAppend } from './append-message.js';
import { jsonDataOf } from './recorded-event.js';

const TYPE = 'Snapshot';
const METADATA_TYPE = '$metadata';
/** Larger ones are compressed: the state of a busy device would not fit into one append. */
const PLAIN_BYTES_MAX = 64 * 1024;

export const snapshotStreamOf = (streamName: string): string => `snapshot-${streamName}`;

/** What makes the server forget all but the newest. */
export function keepOne(streamName: string): WireAppend {
  const stream = `$$${snapshotStreamOf(streamName)}`;
  return wireAppend(stream, -1, [{ id: idOf(stream, '$maxCount'), type: METADATA_TYPE, isJson: true, data: jsonOf({ $maxCount: 1 }) }]);
}

export function snapshotAppend(streamName: string, { stream, revision, snapshotVersion, state }: Snapshot): WireAppend {
  const name = snapshotStreamOf(streamName);
  const json = jsonOf({ stream, revision, snapshotVersion, state });
  const id = idOf(name, `${revision}\n${snapshotVersion}\n${state}`);
  return wireAppend(name, 'any', [{ id, type: TYPE, ...packed(json, PLAIN_BYTES_MAX) }]);
}

export function snapshotOf(answer: ReadResp): Snapshot {
  return JSON.parse(jsonDataOf(answer.getEvent()!.getEvent()!).toString('utf8')) as Snapshot;
}

/** The same snapshot saved twice has one id, which the server then takes for a retry where it still remembers. */
function idOf(stream: string, text: string): string {
  const hex = hash('sha1', `${stream}\n${text}`, 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
