/** The readings themselves, on their way to the series store, which keeps the checkpoint with them. */
import { deviceOf, type EventType, type RecordedEvent } from '#contracts';
import type { SeriesBatch } from '#ports';
import { isA } from './projection.js';

export const series = {
  name: 'series',
  version: 1,
  handles: ['SchemaRegistered', 'ReadingsReceived'] satisfies EventType[] as readonly EventType[],

  fold(events: readonly RecordedEvent[]): Omit<SeriesBatch, 'checkpoint'> {
    const schemas: SeriesBatch['schemas'] = [];
    const readings: SeriesBatch['readings'] = [];
    for (const event of events) {
      const { position } = event;
      if (isA(event, 'ReadingsReceived')) {
        const { accountId, deviceId } = deviceOf(event.stream);
        readings.push({ accountId, deviceId, position, recordedAt: event.metadata.recordedAt, columns: event.data });
      } else if (isA(event, 'SchemaRegistered')) {
        const { schemaVersion, schema } = event.data;
        schemas.push({ ...deviceOf(event.stream), position, schemaVersion, schema });
      }
    }
    return { schemas, readings };
  },
};
