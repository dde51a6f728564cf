import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldColumn, ReadingColumns, ReadingsRecordedMessage } from '#contracts';
import { arbitraryLog } from '../testing/arbitrary-log.js';
import { inDevice, recorded, type Happened } from '../testing/events.js';
import { isA } from '../projections/projection.js';
import { LIVE_TYPES, liveMessages } from './live-messages.js';

const readings = (device: string, time: number[], fields: Record<string, FieldColumn>, schemaVersion = 1): Happened =>
  inDevice(device, 'ReadingsReceived', { schemaVersion, time, fields });
const refused = (device: string): Happened =>
  inDevice(device, 'ReadingsRejected', {
    schemaVersion: 1,
    readings: [{ index: 4, field: 'temperature', code: 'reading.above-max', message: 'too warm', seq: 3, reading: { temperature: 99 } }],
  });
const told = (...happened: Happened[]) => liveMessages(recorded(happened)).map(({ room, event, data }) => [room, event, data]);

describe('live messages', () => {
  it('merges the readings of a device, with null where a batch lacks a field', () => {
    expect(
      told(
        readings('a1.d1', [1, 2], { temperature: [10, null], position: { lat: [1, 2] } }),
        readings('a1.d2', [5], { temperature: [50] }),
        readings('a1.d1', [3], { state: ['ok'], position: { lat: [3], lon: [4] } }),
      ),
    ).toEqual([
      [
        'device-a1.d1',
        'readings.recorded',
        {
          deviceId: 'd1',
          position: '3',
          correlationId: 'device-a1.d1/2',
          time: [1, 2, 3],
          fields: { temperature: [10, null, null], position: { lat: [1, 2, 3], lon: [null, null, 4] }, state: [null, null, 'ok'] },
        },
      ],
      [
        'device-a1.d2',
        'readings.recorded',
        { deviceId: 'd2', position: '2', correlationId: 'device-a1.d2/1', time: [5], fields: { temperature: [50] } },
      ],
    ]);
  });

  it('says which events of the stream a message tells of', () => {
    const messages = liveMessages(
      recorded([readings('a1.d1', [1], {}), refused('a1.d2'), readings('a1.d1', [2], {}), refused('a1.d1'), readings('a1.d1', [3], {})]),
    );
    expect(messages.map(({ room, revisions }) => [room, revisions])).toEqual([
      ['device-a1.d2', [0, 0]],
      ['device-a1.d1', [0, 1]],
      ['device-a1.d1', [2, 2]],
      ['device-a1.d1', [3, 3]],
    ]);
  });

  it('does not merge readings of two schemas, where a name may mean another thing', () => {
    const messages = told(readings('a1.d1', [1], { x: [1] }, 1), readings('a1.d1', [2], { x: { lat: [1] } }, 2));
    expect(messages.map(([, , data]) => data)).toMatchObject([{ position: '1' }, { position: '2' }]);
  });

  it('does not merge over another event of the device, but over those of others', () => {
    const messages = told(
      readings('a1.d1', [1], { x: [1] }),
      refused('a1.d1'),
      readings('a1.d1', [2], { x: [2] }),
      refused('a1.d2'),
      readings('a1.d1', [3], { x: [3] }),
    );
    expect(
      messages.filter(([room]) => room === 'device-a1.d1').map(([, event, data]) => [event, (data as { position: string }).position]),
    ).toEqual([
      ['readings.recorded', '1'],
      ['readings.rejected', '2'],
      ['readings.recorded', '5'],
    ]);
  });

  it('tells verdicts without the refused values', () => {
    expect(told(refused('a1.d1'))).toEqual([
      [
        'device-a1.d1',
        'readings.rejected',
        {
          deviceId: 'd1',
          position: '1',
          correlationId: 'device-a1.d1/0',
          rejected: [{ index: 4, field: 'temperature', code: 'reading.above-max', message: 'too warm' }],
        },
      ],
    ]);
  });

  it('tells how a device changed', () => {
    const changes = told(
      inDevice('a1.d1', 'DeviceRegistered', { accountId: 'a1', deviceId: 'd1', name: 'x', tags: {} }),
      inDevice('a1.d1', 'SchemaRegistered', { schemaVersion: 1, schema: { fields: {} } }),
      inDevice('a1.d1', 'DeviceDescribed', { name: 'y' }),
      inDevice('a1.d1', 'DeviceRetired', {}),
    ).map(([, event, data]) => [event, (data as { change: string }).change]);
    expect(changes).toEqual(['registered', 'schema', 'described', 'retired'].map((change) => ['device.changed', change]));
  });

  it('has positions that rise within a room, and every value once, whatever the log', () => {
    fc.assert(
      fc.property(arbitraryLog, (log) => {
        const events = log.filter(({ type }) => LIVE_TYPES.has(type));
        const messages = liveMessages(events);
        const rooms = new Set(messages.map(({ room }) => room));
        for (const room of rooms) {
          const own = messages.filter((message) => message.room === room);
          const positions = own.map(({ data }) => Number(data.position));
          expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
          const recordedHere = own
            .filter(({ event }) => event === 'readings.recorded')
            .map(({ data }) => data as unknown as ReadingsRecordedMessage);
          const received = events
            .filter((event) => event.stream === room)
            .flatMap((event) => (isA(event, 'ReadingsReceived') ? [event.data] : []));
          expect(recordedHere.flatMap(valuesByReading)).toEqual(received.flatMap(valuesByReading));
        }
      }),
    );
  });
});

/** Each reading as [time, {part: value}], without what is null. */
function valuesByReading({ time, fields }: Pick<ReadingColumns, 'time' | 'fields'>): unknown[] {
  const parts = Object.entries(fields).flatMap(([name, column]): [string, unknown[]][] =>
    Array.isArray(column) ? [[name, column]] : Object.entries(column).map(([part, values]) => [`${name}.${part}`, values]),
  );
  return time.map((at, n) => [at, Object.fromEntries(parts.flatMap(([name, values]) => (values[n] === null ? [] : [[name, values[n]]])))]);
}
