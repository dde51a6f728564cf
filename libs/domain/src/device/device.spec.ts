import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { DeviceEvent } from '#contracts';
import type { DeviceDomainCommand } from './commands.js';
import { createDeviceDecider } from './device.js';
import { thawDevice } from './state.js';
import {
  device,
  deviceRegistered,
  deviceRetired,
  fold,
  given,
  NOW,
  receiveReadings,
  registerDevice,
  registered,
  registerSchema,
  retireDevice,
  schemaOf,
  schemaRegistered,
  TEMPERATURE,
} from '../kernel/testing/index.js';

const describeDevice = (data: { name?: string; tags?: Record<string, string>; expectedRevision?: number }): DeviceDomainCommand => ({
  type: 'DescribeDevice',
  data,
});
const received = (temperature: number[], seq?: number[]): DeviceEvent => ({
  type: 'ReadingsReceived',
  data: { schemaVersion: 1, time: temperature.map(() => NOW), ...(seq && { seq }), fields: { temperature } },
});
const HOT = schemaOf({ temperature: { type: 'number', min: -40, max: 900, unit: 'Cel', required: true } });
const KELVIN = schemaOf({ temperature: { type: 'number', unit: 'K' } });
const everyCommand: DeviceDomainCommand[] = [
  registerDevice(),
  describeDevice({ name: 'x' }),
  registerSchema(TEMPERATURE),
  receiveReadings({ temperature: 1 }),
  retireDevice(),
];

describe('a device › when nobody registered it', () => {
  it('is registered with version 1 of its schema', () => {
    given(device)
      .when(registerDevice())
      .then([deviceRegistered(), schemaRegistered(TEMPERATURE, 1)]);
  });

  it('is not registered with a schema that is none', () => {
    given(device)
      .when(registerDevice({ fields: { t: { type: 'x' } } }))
      .thenRefused('schema.invalid', { details: { errors: [{ path: 'fields.t.type' }] } });
  });

  it('is not registered with a first schema that reads a former one', () => {
    given(device)
      .when(registerDevice({ ...TEMPERATURE, upcasts: { temperature: {} } }))
      .thenRefused('schema.invalid', { details: { errors: [{ path: 'upcasts.temperature' }] } });
  });

  it('is held to the limit of fields it was configured with', () => {
    const sut = createDeviceDecider({ fieldsMax: 1 });
    const two = schemaOf({ a: { type: 'number' }, b: { type: 'number' } });
    expect(sut.decide(sut.initial, { command: registerDevice(two), commandId: 'c', now: NOW })).toMatchObject({
      rejection: { code: 'schema.invalid' },
    });
  });

  it.each(everyCommand.slice(1))('refuses $type', (command) => given(device).when(command).thenRefused('device.unknown'));
});

describe('a device › when it was retired', () => {
  const retired = [...registered(), deviceRetired()];

  it('keeps its id taken', () => given(device, retired).when(registerDevice()).thenRefused('device.id-taken'));
  it.each(everyCommand.slice(1))('refuses $type', (command) => given(device, retired).when(command).thenRefused('device.retired'));

  it('still gives a command of before its first answer', () => {
    const history = [...registered(), { event: received([1]), commandId: 'k', bodyHash: 'h' }, deviceRetired()];
    given(device, history)
      .when(receiveReadings({ temperature: 1 }), { commandId: 'k', bodyHash: 'h' })
      .thenRepeats(2);
  });
});

describe('a device › when it is active', () => {
  it('keeps its id taken', () => given(device, registered()).when(registerDevice()).thenRefused('device.id-taken'));
  it('is retired', () => given(device, registered()).when(retireDevice()).then([deviceRetired()]));

  it('is described anew, by what was given alone', () => {
    given(device, registered())
      .when(describeDevice({ name: 'x' }))
      .then([{ type: 'DeviceDescribed', data: { name: 'x' } }]);
    given(device, registered())
      .when(describeDevice({ tags: { a: 'b' } }))
      .then([{ type: 'DeviceDescribed', data: { tags: { a: 'b' } } }]);
  });

  it('is described only at the revision that was read: that of its last description or schema', () => {
    const history = [...registered(), received([1]), received([2])];
    given(device, history)
      .when(describeDevice({ name: 'x', expectedRevision: 1 }))
      .then([{ type: 'DeviceDescribed', data: { name: 'x' } }]);
    const described: DeviceEvent[] = [...history, { type: 'DeviceDescribed', data: { name: 'y' } }];
    given(device, described)
      .when(describeDevice({ name: 'x', expectedRevision: 1 }))
      .thenRefused('device.changed-meanwhile');
    given(device, described)
      .when(describeDevice({ name: 'x', expectedRevision: 4 }))
      .then([{ type: 'DeviceDescribed', data: { name: 'x' } }]);
  });
});

describe('a device › when it is given a schema', () => {
  it('counts its versions up', () => {
    given(device, registered())
      .when(registerSchema(HOT))
      .then([schemaRegistered(HOT, 2)]);
    given(device, [...registered(), schemaRegistered(HOT, 2)])
      .when(registerSchema(TEMPERATURE))
      .then([schemaRegistered(TEMPERATURE, 3)]);
  });

  it('has nothing to do where it is the same, in whatever order', () => {
    const { temperature } = TEMPERATURE.fields;
    given(device, registered())
      .when(registerSchema({ fields: { temperature: Object.fromEntries(Object.entries(temperature!).reverse()) } }))
      .thenNothing();
  });

  it('leaves a trace of the same schema where the command can arrive again', () => {
    const told = { commandId: 'k', bodyHash: 'h' };
    const trace: DeviceEvent = { type: 'DeviceDescribed', data: {} };
    given(device, registered()).when(registerSchema(TEMPERATURE), told).then([trace]);
    given(device, [...registered(), { event: trace, ...told }, schemaRegistered(HOT, 2)])
      .when(registerSchema(TEMPERATURE), told)
      .thenRepeats(2);
  });

  it('refuses one that is none, one that breaks history, and one from a former version', () => {
    given(device, registered())
      .when(registerSchema({ fields: 1 }))
      .thenRefused('schema.invalid');
    given(device, registered())
      .when(registerSchema(KELVIN))
      .thenRefused('schema.breaks-history', { details: { errors: [{ path: 'fields.temperature' }] } });
    given(device, [...registered(), schemaRegistered(HOT, 2)])
      .when(registerSchema(TEMPERATURE, 1))
      .thenRefused('schema.changed-meanwhile');
  });

  it('takes another unit that says how to read the former one', () => {
    const schema = { ...KELVIN, upcasts: { temperature: { offset: 273.15 } } };
    given(device, registered())
      .when(registerSchema(schema, 1))
      .then([schemaRegistered(schema, 2)]);
  });

  it('has at most a thousand of them', () => {
    const versions = Array.from({ length: 999 }, (_, at) => schemaRegistered(at % 2 === 0 ? HOT : TEMPERATURE, at + 2));
    given(device, [...registered(), ...versions.slice(0, -1)])
      .when(registerSchema(HOT, 999))
      .then([schemaRegistered(HOT, 1_000)]);
    given(device, [...registered(), ...versions])
      .when(registerSchema(TEMPERATURE, 1_000))
      .thenRefused('schema.too-many-versions');
    given(device, [...registered(), ...versions])
      .when(registerSchema(HOT, 1_000))
      .then([]);
  });

  it('checks readings by its newest schema', () => {
    expect(given(device, registered()).when(receiveReadings({ temperature: 500 })).events).toMatchObject([
      { type: 'ReadingsRejected', data: { schemaVersion: 1 } },
    ]);
    expect(given(device, [...registered(), schemaRegistered(HOT, 2)]).when(receiveReadings({ temperature: 500 })).events).toMatchObject([
      { type: 'ReadingsReceived', data: { schemaVersion: 2 } },
    ]);
  });
});

describe('a device › when it receives readings', () => {
  it('records those that fit in columns, with the time it was told', () => {
    given(device, registered())
      .when(receiveReadings({ temperature: 21.5, time: '2026-05-01T11:59:00Z', seq: 4 }, { temperature: 22 }))
      .then([
        {
          type: 'ReadingsReceived',
          data: { schemaVersion: 1, time: [NOW - 60_000, NOW], seq: [4, null], fields: { temperature: [21.5, 22] } },
        },
      ]);
  });

  it('records accepted, refused and repeated ones in this order', () => {
    const bad = { temperature: 200, seq: 3 };
    given(device, [...registered(), received([1], [1])])
      .when(receiveReadings({ temperature: 1, seq: 1 }, bad, { temperature: 2, seq: 2 }))
      .then([
        received([2], [2]),
        {
          type: 'ReadingsRejected',
          data: {
            schemaVersion: 1,
            readings: [
              {
                index: 1,
                field: 'temperature',
                code: 'reading.above-max',
                message: 'temperature is 200; the maximum is 125',
                seq: 3,
                reading: bad,
              },
            ],
          },
        },
        { type: 'DuplicatesDiscarded', data: { count: 1 } },
      ]);
  });

  it('accepts a batch of duplicates only, and one that is refused as a whole', () => {
    given(device, [...registered(), received([1], [1])])
      .when(receiveReadings({ temperature: 1, seq: 1 }))
      .then([{ type: 'DuplicatesDiscarded', data: { count: 1 } }]);
    expect(given(device, registered()).when(receiveReadings({}, null)).events).toMatchObject([
      { type: 'ReadingsRejected', data: { readings: [{ index: 0 }, { index: 1 }] } },
    ]);
  });

  it('counts a refused sequence number as received', () => {
    const [rejected] = given(device, registered()).when(receiveReadings({ temperature: 'x', seq: 9 })).events;
    given(device, [...registered(), rejected!])
      .when(receiveReadings({ temperature: 1, seq: 9 }))
      .then([{ type: 'DuplicatesDiscarded', data: { count: 1 } }]);
  });

  it('refuses a batch without a reading, and readings too deep to be written down', () => {
    given(device, registered()).when(receiveReadings()).thenRefused('readings.empty');
    const deep = JSON.parse(`{"temperature":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) as never;
    const decide = (readings: unknown[]) =>
      device.decider.decide(fold(device, registered()), {
        command: { type: 'ReceiveReadings', data: { readings } },
        commandId: 'c',
        now: NOW,
      });
    expect(decide([{ temperature: 1 }, deep])).toMatchObject({ kind: 'reject', rejection: { code: 'request.too-deep' } });
  });

  it('refuses a batch whose columns would be enormous', () => {
    const wide = schemaOf(Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, { type: 'number' as const }])));
    const readings = Array.from({ length: 3_000 }, (_, i) => ({ [`f${i % 1_000}`]: i }));
    given(device, registered(wide))
      .when(receiveReadings(...readings))
      .thenRefused('request.too-many-cells', { details: { limit: 2_000_000 } });
  });

  it('reads texts by the types of their fields, and records refused ones as they were sent', () => {
    const readings = [{ temperature: ' 21.5', time: '2026-05-01T12:00:00Z', seq: '1' }, { temperature: 'hot' }];
    expect(given(device, registered()).when({ type: 'ReceiveReadings', data: { readings, textual: true } }).events).toMatchObject([
      { type: 'ReadingsReceived', data: { time: [NOW], seq: [1], fields: { temperature: [21.5] } } },
      { type: 'ReadingsRejected', data: { readings: [{ index: 1, code: 'reading.wrong-type', reading: { temperature: 'hot' } }] } },
    ]);
  });
});

describe('a device › when a command arrives again', () => {
  const history = [
    ...registered(),
    { event: received([1], [1]), commandId: 'k', bodyHash: 'h' },
    { event: { type: 'DuplicatesDiscarded', data: { count: 1 } } as DeviceEvent, commandId: 'k', bodyHash: 'h' },
  ];

  it('repeats the first answer', () =>
    given(device, history)
      .when(receiveReadings({ temperature: 1 }), { commandId: 'k', bodyHash: 'h' })
      .thenRepeats(2));
  it('refuses it with another body', () =>
    given(device, history)
      .when(receiveReadings({ temperature: 2 }), { commandId: 'k', bodyHash: 'i' })
      .thenRefused('idempotency.key-reused'));
  it('takes another command as new', () =>
    expect(given(device, history).when(receiveReadings({ temperature: 2 }), { commandId: 'l', bodyHash: 'h' }).events).toHaveLength(1));

  it('repeats its very registration', () => {
    const told = { commandId: 'r', bodyHash: 'h' };
    given(
      device,
      registered().map((event) => ({ event, ...told })),
    )
      .when(registerDevice(), told)
      .thenRepeats(0);
  });
});

describe('a device › in memory', () => {
  it('costs at most 600 bytes where it is idle, active and in order', () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const frozen = JSON.stringify(device.freeze(fold(device, [...registered(), received([1, 2, 3], [1, 2, 3])])));
    gc();
    const before = process.memoryUsage().heapUsed;
    const states = Array.from({ length: 20_000 }, () => thawDevice(JSON.parse(frozen)));
    gc();
    const bytes = (process.memoryUsage().heapUsed - before) / states.length;
    expect(bytes).toBeGreaterThan(50);
    expect(bytes).toBeLessThan(600);
  });
});
