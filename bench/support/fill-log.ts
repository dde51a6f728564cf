/** Writes a history straight into a log, as the device's actor would have recorded it. */
import { randomUUID } from 'node:crypto';
import { deviceStream, type DeviceEvent, type DeviceSchema, type NewEvent } from '#contracts';
import type { EventLog } from '#ports';
import { eventIdOf } from '#actors';
import { humidity, temperature } from './points.js';
import { TWO_FIELDS } from './thingsio.js';

export const ACCOUNT = 'abench00000000000000';
const APPENDS_AT_ONCE = 64;

export interface History {
  devices: string[];
  /** Events of readings a device … */
  eventsEach: number;
  /** … and readings an event. */
  readingsEach: number;
  start: number;
  stepMs: number;
}

/** Registers the devices and appends their readings, device by device in turn; resolves with the number of readings. */
export async function fillLog(log: EventLog, history: History): Promise<number> {
  await Promise.all(history.devices.map((device) => appendEvents(log, device, -1, registration(device))));
  for (let n = 0; n < history.eventsEach; n += Math.max(1, Math.floor(APPENDS_AT_ONCE / history.devices.length))) {
    await Promise.all(history.devices.map((device) => appendRun(log, history, device, n)));
  }
  return history.devices.length * history.eventsEach * history.readingsEach;
}

/** Appends of one stream come one after the other. */
async function appendRun(log: EventLog, history: History, device: string, first: number): Promise<void> {
  const last = Math.min(history.eventsEach, first + Math.max(1, Math.floor(APPENDS_AT_ONCE / history.devices.length)));
  for (let n = first; n < last; n++) await appendEvents(log, device, n + 1, [readings(history, n)]);
}

/** `revision` of the last event that is there. */
export async function appendEvents(log: EventLog, device: string, revision: number, events: DeviceEvent[]): Promise<void> {
  const stream = deviceStream(ACCOUNT, device);
  const commandId = randomUUID();
  const recordedAt = Date.now();
  const result = await log.append({
    stream,
    expectedRevision: revision,
    events: events.map(({ type, data }, part): NewEvent => ({
      type,
      eventVersion: 1,
      data,
      metadata: {
        eventId: eventIdOf(stream, commandId, part),
        commandId,
        accountId: ACCOUNT,
        correlationId: commandId,
        recordedAt,
        actor: 'device/0',
        writerEpoch: 'bench',
        part: [part, events.length],
      },
    })),
  });
  if (!result.ok) throw new Error(`${stream} is at revision ${result.actualRevision}, not ${revision}`);
}

export function registration(deviceId: string): DeviceEvent[] {
  return [
    { type: 'DeviceRegistered', data: { accountId: ACCOUNT, deviceId, name: deviceId, tags: {} } },
    { type: 'SchemaRegistered', data: { schemaVersion: 1, schema: TWO_FIELDS as DeviceSchema } },
  ];
}

function readings({ readingsEach, start, stepMs }: History, n: number): DeviceEvent {
  const time = Array.from({ length: readingsEach }, (_, i) => start + (n * readingsEach + i) * stepMs);
  return {
    type: 'ReadingsReceived',
    data: { schemaVersion: 1, time, fields: { temperature: time.map(temperature), humidity: time.map(humidity) } },
  };
}
