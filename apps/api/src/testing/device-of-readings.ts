/** Device `d1` of account `a1` as the projectors would have it, from the schemas and readings that it had. */
import { type DeviceSchema, deviceStream, type FieldColumn, type Json, type ReadingColumns } from '#contracts';
import type { ApiOverFakes } from './api-over-fakes.js';
import { newEvent } from './recorded.js';

const D1 = { accountId: 'a1', deviceId: 'd1' };
const KEY = { account_id: 'a1', device_id: 'd1' };

export type Happened = { schema: DeviceSchema } | { time: number[]; fields: Record<string, FieldColumn> };

/** The positions of what happened. */
export async function deviceOfReadings(api: ApiOverFakes, happened: Happened[]): Promise<number[]> {
  const positions: number[] = [];
  let schemaVersion = 0;
  for (const [revision, one] of happened.entries()) {
    const event =
      'schema' in one
        ? newEvent('SchemaRegistered', { schemaVersion: ++schemaVersion, schema: one.schema })
        : newEvent('ReadingsReceived', { schemaVersion, time: one.time, fields: one.fields });
    const appended = await api.eventLog.append({ stream: deviceStream('a1', 'd1'), expectedRevision: revision - 1, events: [event] });
    if (!appended.ok) throw new Error('the device is there already');
    const { position } = appended;
    positions.push(position);
    if ('schema' in one) await addSchema(api, { position, schemaVersion, schema: one.schema });
    else await addReadings(api, position, event.data as ReadingColumns);
  }
  return positions;
}

interface Version {
  position: number;
  schemaVersion: number;
  schema: DeviceSchema;
}

async function addSchema({ viewStore, seriesStore }: ApiOverFakes, { position, schemaVersion, schema }: Version): Promise<void> {
  await seriesStore.write({ checkpoint: position, schemas: [{ ...D1, position, schemaVersion, schema }], readings: [] });
  const version = { schema_version: schemaVersion, schema: JSON.stringify(schema) };
  await viewStore.write(async (tx) => {
    await tx
      .insertInto('schemas')
      .values({ ...KEY, ...version, registered_at: 0, position })
      .execute();
    if (schemaVersion > 1) return void (await tx.updateTable('devices').set(version).execute());
    const device = { ...KEY, ...version, name: 'd', tags: '{}', revision: 0, registered_at: 0, changed_at: 0, retired_at: null };
    await tx.insertInto('devices').values(device).execute();
    const none = { stored: 0, duplicates: 0, rejected: 0, late: 0, latest_time: null, last_recorded_at: null };
    await tx
      .insertInto('ledgers')
      .values({ ...KEY, ...none, received_seqs: '{"bounds":[]}' })
      .execute();
  });
}

async function addReadings({ viewStore, seriesStore }: ApiOverFakes, position: number, columns: ReadingColumns): Promise<void> {
  await seriesStore.write({ checkpoint: position, schemas: [], readings: [{ ...D1, position, recordedAt: 0, columns }] });
  await viewStore.write(async (tx) => {
    const { latest_time } = await tx.selectFrom('ledgers').select('latest_time').executeTakeFirstOrThrow();
    await tx
      .updateTable('ledgers')
      .set({ latest_time: Math.max(latest_time ?? -Infinity, ...columns.time) })
      .execute();
    for (const [field, column] of Object.entries(columns.fields)) {
      const row = { field, value: JSON.stringify((column as Json[]).at(-1)), time: columns.time.at(-1)!, position, recorded_at: 0 };
      await tx.deleteFrom('latest_values').where('field', '=', field).execute();
      await tx
        .insertInto('latest_values')
        .values({ ...KEY, ...row })
        .execute();
    }
  });
}
