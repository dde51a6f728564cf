import { describe, expect, it } from 'vitest';
import type { DeviceEvent, RecordedEvent } from '#contracts';
import { device, deviceRetired, fold, registered, schemaRegistered, TEMPERATURE } from '../kernel/testing/index.js';
import { answerForDevice } from './answers.js';

const recorded = (...events: DeviceEvent[]): RecordedEvent[] =>
  events.map((event, i) => ({ ...event, eventVersion: 1, position: 100 + i, revision: 5 + i, stream: 'device-a1.d.7' }) as RecordedEvent);
const state = fold(device, registered());
const ask = (type: string, ...events: DeviceEvent[]) => answerForDevice({ type, stream: 'device-a1.d.7' }, recorded(...events), state);

describe('the answer of a device', () => {
  it('to readings counts what was recorded, with verdicts and the last position', () => {
    const answer = ask(
      'ReceiveReadings',
      { type: 'ReadingsReceived', data: { schemaVersion: 1, time: [1, 2], fields: {} } },
      {
        type: 'ReadingsRejected',
        data: {
          schemaVersion: 1,
          readings: [
            { index: 3, field: 't', code: 'reading.above-max', message: 'm', seq: 1, reading: {} },
            { index: 4, code: 'reading.wrong-type', message: 'n', reading: null },
          ],
        },
      },
      { type: 'DuplicatesDiscarded', data: { count: 7 } },
    );
    expect(answer).toStrictEqual({
      deviceId: 'd.7',
      accepted: 2,
      duplicates: 7,
      rejected: [
        { index: 3, field: 't', code: 'reading.above-max', message: 'm' },
        { index: 4, code: 'reading.wrong-type', message: 'n' },
      ],
      position: '102',
    });
  });

  it('to a registration and a schema names its version, and that of today where nothing had to happen', () => {
    expect(ask('RegisterDevice', ...registered())).toEqual({ deviceId: 'd.7', schemaVersion: 1, revision: 6 });
    expect(ask('RegisterSchema', schemaRegistered(TEMPERATURE, 4))).toEqual({ deviceId: 'd.7', schemaVersion: 4, revision: 5 });
    expect(ask('RegisterSchema')).toEqual({ deviceId: 'd.7', schemaVersion: 1, revision: 1 });
  });

  it('to anything else names the device', () => {
    expect(ask('DescribeDevice', { type: 'DeviceDescribed', data: {} })).toEqual({ deviceId: 'd.7', revision: 5 });
    expect(ask('RetireDevice', deviceRetired())).toEqual({ deviceId: 'd.7' });
  });
});
