/** The answers of a device, from recorded events alone, so that a retry gets the very same. */
import { deviceOf, type JsonObject, type ReadingsAnswer, type RecordedEvent } from '#contracts';
import type { DeviceState } from './state.js';

/** Of a command to the device of `stream`; `events` are those the command led to, possibly long ago, possibly none. */
export function answerForDevice(
  command: { type: string; stream: string },
  events: readonly RecordedEvent[],
  state: DeviceState,
): JsonObject {
  const { deviceId } = deviceOf(command.stream);
  switch (command.type) {
    case 'ReceiveReadings':
      return answerReadings(deviceId, events);
    case 'RegisterDevice':
    case 'RegisterSchema':
      return { deviceId, schemaVersion: schemaVersionOf(events, state), revision: revisionOf(events, state) };
    case 'DescribeDevice':
      return { deviceId, revision: revisionOf(events, state) };
    default:
      return { deviceId };
  }
}

export function answerReadings(deviceId: string, events: readonly RecordedEvent[]): ReadingsAnswer {
  const answer: ReadingsAnswer = { deviceId, accepted: 0, duplicates: 0, rejected: [], position: String(events.at(-1)?.position ?? 0) };
  for (const { type, data } of events as readonly AnyRecorded[]) {
    if (type === 'ReadingsReceived') answer.accepted += data.time.length;
    else if (type === 'DuplicatesDiscarded') answer.duplicates += data.count;
    else if (type === 'ReadingsRejected') {
      for (const { index, field, code, message } of data.readings) {
        answer.rejected.push(field === undefined ? { index, code, message } : { index, field, code, message });
      }
    }
  }
  return answer;
}

/** `RecordedEvent` as a union that narrows by `type`. */
type AnyRecorded = RecordedEvent extends infer R
  ? R extends RecordedEvent<infer E>
    ? E extends E
      ? RecordedEvent<E> & Pick<E, 'type' | 'data'>
      : never
    : never
  : never;

function schemaVersionOf(events: readonly RecordedEvent[], state: DeviceState): number {
  const registered = (events as readonly AnyRecorded[]).find((event) => event.type === 'SchemaRegistered');
  if (registered?.type === 'SchemaRegistered') return registered.data.schemaVersion;
  return state.phase === 'active' ? state.schemaVersion : 0;
}

function revisionOf(events: readonly RecordedEvent[], state: DeviceState): number {
  return events.at(-1)?.revision ?? (state.phase === 'active' ? state.describedRevision : 0);
}
