import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceSchema, EventType, ReadingColumns } from '#contracts';
import { ReceivedSeqs } from '#domain';
import { inAccount, inDevice, inEmail, inModel, recorded, RECORDED_AT, trainedModel, type Happened } from '../testing/events.js';
import { clear, project, rowsOf, temporaryViews } from '../testing/views.js';
import { HANDLED, VIEW_PROJECTIONS } from './registry.js';
import { series } from './series.projection.js';

const SCHEMA: DeviceSchema = { fields: { temperature: { type: 'number' } } };
const registered = (device: string): Happened =>
  inDevice(device, 'DeviceRegistered', {
    accountId: device.split('.')[0]!,
    deviceId: device.split('.')[1]!,
    name: 'Roof',
    tags: { room: 'attic' },
  });
const readings = (device: string, columns: Partial<ReadingColumns>): Happened =>
  inDevice(device, 'ReadingsReceived', { schemaVersion: 1, time: [], fields: {}, ...columns });
const refused = (device: string, indexes: number[], seqs: (number | string)[] = []): Happened =>
  inDevice(device, 'ReadingsRejected', {
    schemaVersion: 1,
    readings: indexes.map((index, n) => ({
      index,
      field: 'temperature',
      code: 'reading.above-max' as const,
      message: 'too warm',
      reading: { temperature: 100 + index },
      ...(seqs[n] === undefined ? {} : { seq: seqs[n] }),
    })),
  });

describe('projections', () => {
  let place: Awaited<ReturnType<typeof temporaryViews>>;
  beforeAll(async () => (place = await temporaryViews()));
  afterAll(() => place.remove());
  beforeEach(() => clear(place.views));
  const given = (...happened: Happened[]): Promise<void> => project(place.views, recorded(happened));

  it('shows every version of a model', async () => {
    await given(inModel(trainedModel('a1', 'm1', 1)), inModel(trainedModel('a1', 'm1', 2)), inModel(trainedModel('a1', 'm2', 1)));
    const rows = await rowsOf(place.views, 'models');
    expect(rows.map((row) => [row.model_id, row.model_version, row.position, row.trained_at])).toEqual([
      ['m1', 1, 1, RECORDED_AT],
      ['m1', 2, 2, RECORDED_AT + 1],
      ['m2', 1, 3, RECORDED_AT + 2],
    ]);
    expect(JSON.parse(rows[1]!.model)).toEqual(trainedModel('a1', 'm1', 2));
  });

  describe('accounts', () => {
    const key = { keyId: 'k1', name: 'first', keyHash: 'abc', scopes: ['read' as const, 'write' as const] };

    it('shows an account with its keys and sessions', async () => {
      await given(
        inEmail('0a', 'a1'),
        inAccount('a1', 'AccountOpened', { accountId: 'a1', email: 'ann@example.org', passwordHash: '$argon2id$x' }),
        inAccount('a1', 'ApiKeyIssued', { ...key, deviceIds: ['d1'], expiresAt: 9e12 }),
        inAccount('a1', 'SessionStarted', { sessionId: 's1', tokenHash: 'def', expiresAt: 8e12 }),
      );
      expect(await rowsOf(place.views, 'accounts')).toEqual([
        { account_id: 'a1', email: 'ann@example.org', password_hash: '$argon2id$x', opened_at: RECORDED_AT + 1 },
      ]);
      expect(await rowsOf(place.views, 'api_keys')).toEqual([
        {
          account_id: 'a1',
          key_id: 'k1',
          key_hash: 'abc',
          name: 'first',
          scopes: '["read","write"]',
          device_ids: '["d1"]',
          created_at: RECORDED_AT + 2,
          expires_at: 9e12,
          revoked_at: null,
        },
      ]);
      expect(await rowsOf(place.views, 'sessions')).toEqual([
        { account_id: 'a1', session_id: 's1', token_hash: 'def', started_at: RECORDED_AT + 3, expires_at: 8e12, ended_at: null },
      ]);
    });

    it.each([[[]], [[2]]])('marks a revoked key and an ended session, cut at %j', async (cuts) => {
      const events = recorded([
        inAccount('a1', 'ApiKeyIssued', key),
        inAccount('a1', 'SessionStarted', { sessionId: 's1', tokenHash: 'def', expiresAt: 8e12 }),
        inAccount('a1', 'ApiKeyRevoked', { keyId: 'k1' }),
        inAccount('a1', 'SessionEnded', { sessionId: 's1' }),
        inAccount('a2', 'ApiKeyIssued', { ...key, keyHash: 'other' }),
      ]);
      await project(place.views, events, cuts);
      expect((await rowsOf(place.views, 'api_keys')).map((row) => [row.account_id, row.revoked_at])).toEqual([
        ['a1', RECORDED_AT + 2],
        ['a2', null],
      ]);
      expect((await rowsOf(place.views, 'sessions'))[0]?.ended_at).toBe(RECORDED_AT + 3);
    });
  });

  describe('devices', () => {
    it('shows a device and all its schemas', async () => {
      const other: DeviceSchema = { fields: { humidity: { type: 'number' } } };
      await given(
        registered('a1.d1'),
        inDevice('a1.d1', 'SchemaRegistered', { schemaVersion: 1, schema: SCHEMA }),
        inDevice('a1.d1', 'DeviceDescribed', { name: 'Cellar' }),
        readings('a1.d1', { time: [1], fields: { temperature: [1] } }),
        inDevice('a1.d1', 'SchemaRegistered', { schemaVersion: 2, schema: other }),
      );
      expect(await rowsOf(place.views, 'devices')).toEqual([
        {
          account_id: 'a1',
          device_id: 'd1',
          name: 'Cellar',
          tags: '{"room":"attic"}',
          schema_version: 2,
          schema: JSON.stringify(other),
          revision: 4,
          registered_at: RECORDED_AT,
          changed_at: RECORDED_AT + 4,
          retired_at: null,
        },
      ]);
      expect((await rowsOf(place.views, 'schemas')).map((row) => [row.schema_version, row.schema, row.position])).toEqual([
        [1, JSON.stringify(SCHEMA), 2],
        [2, JSON.stringify(other), 5],
      ]);
    });

    it('keeps a retired device, marked', async () => {
      await given(registered('a1.d1'), registered('a2.d1'), inDevice('a1.d1', 'DeviceRetired', {}));
      expect((await rowsOf(place.views, 'devices')).map((row) => [row.account_id, row.retired_at])).toEqual([
        ['a1', RECORDED_AT + 2],
        ['a2', null],
      ]);
    });

    it('keeps devices whose ids have dots apart', async () => {
      await given(inDevice('a1.d', 'DeviceRegistered', { accountId: 'a1', deviceId: 'd', name: 'one', tags: {} }), {
        ...registered('a1.d'),
        stream: 'device-a1.d.e',
      });
      expect((await rowsOf(place.views, 'devices')).map((row) => row.device_id)).toEqual(['d', 'd.e']);
    });
  });

  describe('latest values', () => {
    const latest = async (): Promise<unknown[]> =>
      (await rowsOf(place.views, 'latest_values')).map((row) => [row.field, row.value, row.time, row.position]);

    it('shows the latest by device time, field by field', async () => {
      await given(
        readings('a1.d1', {
          time: [30, 10, 20],
          fields: { temperature: [null, 1, 2], state: ['ok', null, 'fault'], on: [false, true, null] },
        }),
      );
      expect(await latest()).toEqual([
        ['on', 'false', 30, 1],
        ['state', '"ok"', 30, 1],
        ['temperature', '2', 20, 1],
      ]);
    });

    it('is not moved back by late data, in one batch or over two', async () => {
      await given(
        readings('a1.d1', { time: [30], fields: { temperature: [3] } }),
        readings('a1.d1', { time: [20], fields: { temperature: [2] } }),
      );
      expect(await latest()).toEqual([['temperature', '3', 30, 1]]);
      await project(
        place.views,
        recorded([registered('a1.d1'), registered('a1.d1'), readings('a1.d1', { time: [29], fields: { temperature: [2] } })]),
      );
      expect(await latest()).toEqual([['temperature', '3', 30, 1]]);
    });

    it.each([[[]], [[1]], [[1, 2]]])('takes what arrived later on a tie, cut at %j', async (cuts) => {
      const events = recorded([
        readings('a1.d1', { time: [30, 30], fields: { temperature: [1, 2], position: { lat: [1, null], lon: [1, null] } } }),
        readings('a1.d1', { time: [30], fields: { humidity: [5] } }),
        readings('a1.d1', { time: [30, 29], fields: { temperature: [3, 4] } }),
      ]);
      await project(place.views, events, cuts);
      expect(await latest()).toEqual([
        ['humidity', '5', 30, 2],
        ['position', '{"lat":1,"lon":1}', 30, 1],
        ['temperature', '3', 30, 3],
      ]);
    });

    it('has a location or vector as one value, of the parts that were sent', async () => {
      await given(readings('a1.d1', { time: [1, 2], fields: { position: { lat: [1, 47.5], lon: [2, 8.25], alt: [3, null] } } }));
      expect(await latest()).toEqual([['position', '{"lat":47.5,"lon":8.25}', 2, 1]]);
    });

    it('keeps fractions of a millisecond', async () => {
      await given(readings('a1.d1', { time: [1_777_000_000_000.125, 1_777_000_000_000.124], fields: { temperature: [1, 2] } }));
      expect(await latest()).toEqual([['temperature', '1', 1_777_000_000_000.125, 1]]);
    });
  });

  describe('rejections', () => {
    it('has a row a refused reading', async () => {
      await given(refused('a1.d1', [0, 7]), refused('a1.d1', [0]));
      const rows = await rowsOf(place.views, 'rejections');
      expect(rows.map((row) => [row.position, row.index_in_request, row.reading])).toEqual([
        [1, 0, '{"temperature":100}'],
        [1, 7, '{"temperature":107}'],
        [2, 0, '{"temperature":100}'],
      ]);
      expect(rows[0]).toMatchObject({
        account_id: 'a1',
        device_id: 'd1',
        field: 'temperature',
        code: 'reading.above-max',
        message: 'too warm',
      });
    });

    it('takes more at once than one statement holds', async () => {
      await given(
        refused(
          'a1.d1',
          Array.from({ length: 10_000 }, (_, n) => n),
        ),
      );
      expect(await rowsOf(place.views, 'rejections')).toHaveLength(10_000);
    });
  });

  describe('ledger', () => {
    const ledger = async () => (await rowsOf(place.views, 'ledgers'))[0]!;
    const missing = async (): Promise<[bigint, unknown]> => {
      const { count, ranges } = ReceivedSeqs.thaw(JSON.parse((await ledger()).received_seqs)).missing();
      return [count, ranges(10)];
    };

    it('begins at nothing with the registration', async () => {
      await given(registered('a1.d1'));
      expect(await ledger()).toMatchObject({ stored: 0, duplicates: 0, rejected: 0, late: 0, latest_time: null, last_recorded_at: null });
      expect(await missing()).toEqual([0n, []]);
    });

    it('counts what was stored, refused and sent twice', async () => {
      await given(
        readings('a1.d1', { time: [1, 2, 3] }),
        refused('a1.d1', [0, 1]),
        inDevice('a1.d1', 'DuplicatesDiscarded', { count: 4 }),
        readings('a1.d1', { time: [4] }),
      );
      expect(await ledger()).toMatchObject({
        stored: 4,
        duplicates: 4,
        rejected: 2,
        late: 0,
        latest_time: 4,
        last_recorded_at: RECORDED_AT + 3,
      });
    });

    it.each([[[]], [[1]], [[2]], [[1, 2]]])('counts what is late reading by reading, cut at %j', async (cuts) => {
      const events = recorded([
        readings('a1.d1', { time: [10, 9, 10, 12] }),
        readings('a1.d1', { time: [11, 12, 13, 5] }),
        readings('a1.d1', { time: [13, 12.999] }),
      ]);
      await project(place.views, events, cuts);
      expect(await ledger()).toMatchObject({ stored: 10, late: 1 + 2 + 1, latest_time: 13 });
    });

    it('knows the missing sequence numbers; a refused one is not missing', async () => {
      await given(
        readings('a1.d1', { time: [1, 2, 3], seq: [1, null, 5] }),
        refused('a1.d1', [0, 1], [3]),
        readings('a1.d1', { time: [4], seq: [6] }),
      );
      expect(await missing()).toEqual([
        2n,
        [
          [2, 2],
          [4, 4],
        ],
      ]);
    });

    it('keeps 64-bit sequence numbers exactly', async () => {
      await given(readings('a1.d1', { time: [1, 2], seq: ['18446744073709551613', '18446744073709551615'] }));
      expect(await missing()).toEqual([1n, [['18446744073709551614', '18446744073709551614']]]);
    });
  });

  it('gives readings and schemas to the series as they were recorded', () => {
    const events = recorded([
      inDevice('a1.d1', 'SchemaRegistered', { schemaVersion: 1, schema: SCHEMA }),
      readings('a1.d1', { time: [1], seq: [7], fields: { temperature: [2] } }),
    ]);
    expect(series.fold(events)).toEqual({
      schemas: [{ accountId: 'a1', deviceId: 'd1', position: 1, schemaVersion: 1, schema: SCHEMA }],
      readings: [
        {
          accountId: 'a1',
          deviceId: 'd1',
          position: 2,
          recordedAt: RECORDED_AT + 1,
          columns: { schemaVersion: 1, time: [1], seq: [7], fields: { temperature: [2] } },
        },
      ],
    });
  });
});

describe('the registry', () => {
  const projections = [...VIEW_PROJECTIONS, series];

  it('has every type of event there is', () => {
    const folder = new URL('../../../../libs/contracts/src/events/', import.meta.url);
    const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const types = sources.flatMap((source) => [...source.matchAll(/^ {2}type: '(\w+)';$/gm)].map(([, type]) => type));
    expect(types.length).toBeGreaterThan(10);
    expect(Object.keys(HANDLED).sort()).toEqual(types.sort());
  });

  it.each(Object.entries(HANDLED))('%s is projected by those it names, or says why not', (type, handled) => {
    const handling = projections.filter(({ handles }) => handles.includes(type as EventType)).map(({ name }) => name);
    expect(handling.sort()).toEqual([...handled.by].sort());
    if (handled.by.length === 0) expect(handled).toHaveProperty('reason');
  });
});
