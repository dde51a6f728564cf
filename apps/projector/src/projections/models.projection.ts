/** What was trained, version after version. */
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { upsert } from './rows.js';

type ModelRow = ViewTables['models'];

export const models: Projection<Map<string, ModelRow>> = {
  name: 'models',
  version: 1,
  handles: ['ModelRegistered'],
  tables: ['models'],

  fold(events) {
    const rows = new Map<string, ModelRow>();
    for (const event of events) {
      if (!isA(event, 'ModelRegistered')) continue;
      const { data, position, metadata, stream } = event;
      rows.set(`${stream} ${data.modelVersion}`, {
        account_id: data.accountId,
        model_id: data.modelId,
        model_version: data.modelVersion,
        device_id: data.deviceId,
        field: data.field,
        purpose: data.purpose,
        position,
        trained_at: metadata.recordedAt,
        model: JSON.stringify(data),
      });
    }
    return rows;
  },

  write: (tx, rows) => upsert(tx, 'models', ['account_id', 'model_id', 'model_version'], [...rows.values()]),
};
