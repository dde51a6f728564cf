/** The log of one device as live messages: what a subscription missed. */
import {
  upcastEvent,
  type DeviceChangedMessage,
  type EventType,
  type ReadingColumns,
  type ReadingsRejectedMessage,
  type RecordedEvent,
} from '#contracts';
import { BATCH_BYTES_MAX, type EventLog, reaches } from '#ports';
import type { DeviceMessage } from './messages.js';

/** Small pages: each is held until the browser has taken it, a subscription. Still some messages' worth. */
const PAGE_EVENTS = 32;
const PAGE_BYTES = BATCH_BYTES_MAX / 8;

const CHANGES: Partial<Record<EventType, DeviceChangedMessage['change']>> = {
  DeviceRegistered: 'registered',
  DeviceDescribed: 'described',
  SchemaRegistered: 'schema',
  DeviceRetired: 'retired',
};

export interface LogPage {
  messages: DeviceMessage[];
  /** Of the last event read; undefined where nothing was there. */
  lastPosition?: number;
  nextRevision: number;
  /** False where the end of the stream was reached. */
  more: boolean;
}

export async function readPage(log: EventLog, stream: string, deviceId: string, revision: number): Promise<LogPage> {
  const events = await log.readStream(stream, revision, PAGE_EVENTS, PAGE_BYTES);
  const last = events.at(-1);
  if (!last) return { messages: [], nextRevision: revision, more: false };
  const nextRevision = last.revision + 1;
  return {
    messages: events.flatMap((event) => messageOf(deviceId, upcastEvent(event)) ?? []),
    lastPosition: last.position,
    nextRevision,
    // A short page is not the end: its events may be large.
    more: events.length === PAGE_EVENTS || (await reaches(log, stream, nextRevision)),
  };
}

function messageOf(deviceId: string, { type, position, data, metadata }: RecordedEvent): DeviceMessage | undefined {
  const head = { deviceId, position: String(position), correlationId: metadata.correlationId };
  if (type === 'ReadingsReceived') {
    const { time, fields } = data as ReadingColumns;
    return { event: 'readings.recorded', position, data: { ...head, time, fields } };
  }
  if (type === 'ReadingsRejected') {
    const { readings } = data as { readings: ReadingsRejectedMessage['rejected'] };
    const rejected = readings.map(({ index, field, code, message }) => ({
      index,
      ...(field === undefined ? {} : { field }),
      code,
      message,
    }));
    return { event: 'readings.rejected', position, data: { ...head, rejected } };
  }
  const change = CHANGES[type];
  return change && { event: 'device.changed', position, data: { ...head, change } };
}
