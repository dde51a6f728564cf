/** The devices of an account as they are now, and every schema each of them had. */
import { deviceOf, type RecordedEvent } from '#contracts';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { deviceKey, selectByDevice, upsert, type DeviceKey } from './rows.js';

type DeviceRow = ViewTables['devices'];

interface DeviceChanges {
  /** What a batch changes of each device; all columns where it was registered in it. */
  devices: (DeviceKey & Partial<DeviceRow>)[];
  schemas: ViewTables['schemas'][];
}

/** A device whose first event is in another batch than its registration: no such log is written, but a row must be whole. */
const BLANK: Omit<DeviceRow, keyof DeviceKey> = {
  name: '',
  tags: '{}',
  schema_version: 0,
  schema: '{"fields":{}}',
  revision: 0,
  registered_at: 0,
  changed_at: 0,
  retired_at: null,
};

export const devices: Projection<DeviceChanges> = {
  name: 'devices',
  version: 1,
  handles: ['DeviceRegistered', 'DeviceDescribed', 'SchemaRegistered', 'DeviceRetired'],
  tables: ['devices', 'schemas'],

  fold(events) {
    const changed = new Map<string, DeviceKey & Partial<DeviceRow>>();
    const schemas: ViewTables['schemas'][] = [];
    for (const event of events) {
      const { accountId, deviceId } = deviceOf(event.stream);
      const key = { account_id: accountId, device_id: deviceId };
      const before = changed.get(event.stream) ?? key;
      changed.set(event.stream, { ...before, ...changeBy(event) });
      if (isA(event, 'SchemaRegistered')) {
        const { schemaVersion, schema } = event.data;
        const registered_at = event.metadata.recordedAt;
        schemas.push({ ...key, schema_version: schemaVersion, schema: JSON.stringify(schema), registered_at, position: event.position });
      }
    }
    return { devices: [...changed.values()], schemas };
  },

  async write(tx, changes) {
    const older = changes.devices.filter((device) => device.registered_at === undefined);
    const before = await selectByDevice(tx, 'devices', older);
    const rows = changes.devices.map((device) => ({ ...BLANK, ...before.get(deviceKey(device)), ...device }));
    await upsert(tx, 'devices', ['account_id', 'device_id'], rows);
    await upsert(tx, 'schemas', ['account_id', 'device_id', 'schema_version'], changes.schemas);
  },
};

function changeBy(event: RecordedEvent): Partial<DeviceRow> {
  const at = event.metadata.recordedAt;
  const always = { revision: event.revision, changed_at: at };
  if (isA(event, 'DeviceRegistered')) {
    const { name, tags } = event.data;
    return { ...BLANK, ...always, name, tags: JSON.stringify(tags), registered_at: at };
  }
  if (isA(event, 'DeviceDescribed')) {
    const { name, tags } = event.data;
    return { ...always, ...(name === undefined ? {} : { name }), ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }) };
  }
  if (isA(event, 'SchemaRegistered')) {
    return { ...always, schema_version: event.data.schemaVersion, schema: JSON.stringify(event.data.schema) };
  }
  return { ...always, retired_at: at };
}
