/** Every refused reading with its verdict, as it was sent: one row each. */
import { deviceOf } from '#contracts';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { upsert } from './rows.js';

type RejectionRow = ViewTables['rejections'];

export const rejections: Projection<RejectionRow[]> = {
  name: 'rejections',
  version: 1,
  handles: ['ReadingsRejected'],
  tables: ['rejections'],

  fold(events) {
    const rows: RejectionRow[] = [];
    for (const event of events) {
      if (!isA(event, 'ReadingsRejected')) continue;
      const { accountId, deviceId } = deviceOf(event.stream);
      for (const { index, field, code, message, reading } of event.data.readings) {
        rows.push({
          account_id: accountId,
          device_id: deviceId,
          position: event.position,
          index_in_request: index,
          field: field ?? null,
          code,
          message,
          reading: JSON.stringify(reading),
          recorded_at: event.metadata.recordedAt,
        });
      }
    }
    return rows;
  },

  write: (tx, rows) => upsert(tx, 'rejections', ['account_id', 'device_id', 'position', 'index_in_request'], rows),
};
