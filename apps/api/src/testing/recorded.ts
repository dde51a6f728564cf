/** Events and settings for the specs of the api. */
import type { DeviceEvent, NewEvent } from '#contracts';
import { DEFAULT_LIMITS, type Limits } from '#platform';
import type { ApiSettings } from '../tokens.js';

export const settingsOf = (limits: Partial<Limits> = {}): ApiSettings => ({
  host: '127.0.0.1',
  port: 0,
  tileServer: undefined,
  sessionHours: 1,
  operators: undefined,
  projectorParts: 1,
  limits: { ...DEFAULT_LIMITS, ...limits },
});

let made = 0;

export function newEvent<E extends DeviceEvent>(type: E['type'], data: E['data'], recordedAt = 0): NewEvent<DeviceEvent> {
  const id = `e${made++}`;
  return {
    type,
    eventVersion: 1,
    data,
    metadata: {
      eventId: id,
      commandId: id,
      accountId: 'a1',
      correlationId: id,
      recordedAt,
      actor: 'test',
      writerEpoch: 'test',
      part: [0, 1],
    },
  } as NewEvent<DeviceEvent>;
}
