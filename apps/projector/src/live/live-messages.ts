/** Recorded events as browsers are told of them: merged as far as nothing else of the device lies between. */
import {
  deviceOf,
  type DeviceChangedMessage,
  type EventType,
  type FieldColumn,
  type JsonObject,
  type NumberColumn,
  type ReadingColumns,
  type ReadingsReceived,
  type ReadingsRecordedMessage,
  type ReadingsRejectedMessage,
  type RecordedEvent,
} from '#contracts';
import type { LiveMessage } from '#ports';
import { isA } from '../projections/projection.js';

export const LIVE_TYPES: ReadonlySet<EventType> = new Set([
  'ReadingsReceived',
  'ReadingsRejected',
  'DeviceRegistered',
  'DeviceDescribed',
  'SchemaRegistered',
  'DeviceRetired',
]);

const CHANGES: Partial<Record<EventType, DeviceChangedMessage['change']>> = {
  DeviceRegistered: 'registered',
  DeviceDescribed: 'described',
  SchemaRegistered: 'schema',
  DeviceRetired: 'retired',
};

/** Messages in log order. A position says that everything of the device up to it has been told: that is why a run of
 *  readings ends where another event of the device, or another schema, comes between. */
export function liveMessages(events: readonly RecordedEvent[]): LiveMessage[] {
  const messages: LiveMessage[] = [];
  const runs = new Map<string, RecordedEvent<ReadingsReceived>[]>();
  const endRun = (stream: string): void => {
    const run = runs.get(stream);
    if (run) messages.push(readingsRecorded(stream, run));
    runs.delete(stream);
  };
  for (const event of events) {
    const { stream } = event;
    if (!isA(event, 'ReadingsReceived')) {
      endRun(stream);
      messages.push(isA(event, 'ReadingsRejected') ? readingsRejected(event) : deviceChanged(event));
      continue;
    }
    const run = runs.get(stream);
    if (run?.[0]?.data.schemaVersion === event.data.schemaVersion) run.push(event);
    else {
      endRun(stream);
      runs.set(stream, [event]);
    }
  }
  for (const stream of [...runs.keys()]) endRun(stream);
  return messages;
}

function readingsRecorded(stream: string, run: RecordedEvent<ReadingsReceived>[]): LiveMessage {
  const columns = run.map(({ data }) => data);
  const message: ReadingsRecordedMessage = {
    ...headOf(run.at(-1)!),
    time: columns.length === 1 ? columns[0]!.time : columns.flatMap(({ time }) => time),
    fields: columns.length === 1 ? columns[0]!.fields : mergeFields(columns),
  };
  const revisions: [number, number] = [run[0]!.revision, run.at(-1)!.revision];
  return { room: stream, event: 'readings.recorded', data: message as unknown as JsonObject, revisions };
}

function readingsRejected(event: Extract<RecordedEvent, unknown>): LiveMessage {
  const { readings } = event.data as { readings: ReadingsRejectedMessage['rejected'] };
  const rejected = readings.map(({ index, field, code, message }) => ({ index, ...(field === undefined ? {} : { field }), code, message }));
  const message: ReadingsRejectedMessage = { ...headOf(event), rejected };
  return { room: event.stream, event: 'readings.rejected', data: message as unknown as JsonObject, revisions: only(event) };
}

function deviceChanged(event: RecordedEvent): LiveMessage {
  const message: DeviceChangedMessage = { ...headOf(event), change: CHANGES[event.type]! };
  return { room: event.stream, event: 'device.changed', data: message as unknown as JsonObject, revisions: only(event) };
}

const headOf = ({ stream, position, metadata }: RecordedEvent) => ({
  deviceId: deviceOf(stream).deviceId,
  position: String(position),
  correlationId: metadata.correlationId,
});

const only = ({ revision }: RecordedEvent): [number, number] => [revision, revision];

/** One column a field over all batches, null where a batch does not have it. */
function mergeFields(batches: ReadingColumns[]): Record<string, FieldColumn> {
  const names = new Set(batches.flatMap(({ fields }) => Object.keys(fields)));
  return Object.fromEntries([...names].map((name) => [name, mergeColumn(name, batches)]));
}

function mergeColumn(name: string, batches: ReadingColumns[]): FieldColumn {
  const columns = batches.map(({ fields }) => fields[name]);
  const parts = new Set(columns.flatMap((column) => (column && !Array.isArray(column) ? Object.keys(column) : [])));
  const concatenated = (pick: (column: FieldColumn) => FieldColumn | undefined): NumberColumn =>
    batches.flatMap(({ time }, n) => {
      const column = columns[n];
      return ((column && pick(column)) ?? new Array<null>(time.length).fill(null)) as NumberColumn;
    });
  if (parts.size === 0) return concatenated((column) => column);
  return Object.fromEntries([...parts].map((part) => [part, concatenated((column) => (Array.isArray(column) ? undefined : column[part]))]));
}
