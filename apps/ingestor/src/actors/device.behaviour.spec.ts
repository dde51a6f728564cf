import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WrittenColumns, type CommandEnvelope, type DeviceSchema } from '#contracts';
import { deviceDecider, type DeviceDomainCommand, type DeviceState, type ReceiveColumns, type Rejection } from '#domain';
import { readBody } from '../reading-formats/read-body.js';
import { isRejection } from '../reading-formats/parsed-readings.js';
import { deviceBehaviour } from './device.behaviour.js';

const NOW = 1_777_636_800_000;
const STREAM = 'device-a1.d7';
const LIMITS = { readingsPerRequestMax: 6, fieldsPerSchemaMax: 100 };
const sut = deviceBehaviour(LIMITS);

const SCHEMA: DeviceSchema = {
  fields: {
    temperature: { type: 'number', min: -40, max: 125 },
    count: { type: 'integer' },
    open: { type: 'boolean' },
    note: { type: 'string', maxLength: 5 },
    state: { type: 'enum', values: ['ok', 'fault'] },
    'Höhe über NN': { type: 'number' },
    t: { type: 'number' },
    position: { type: 'location' },
    acceleration: { type: 'vector', axes: ['x', 'y'], max: 100 },
  },
};

function deviceWith(schema: DeviceSchema, seqs: number[] = []): DeviceState {
  const told = { commandId: 'c', recordedAt: NOW, revision: 0 };
  const events = [
    { type: 'DeviceRegistered' as const, data: { accountId: 'a1', deviceId: 'd7', name: 'd7', tags: {} } },
    { type: 'SchemaRegistered' as const, data: { schemaVersion: 3, schema } },
    { type: 'ReadingsReceived' as const, data: { schemaVersion: 3, time: seqs.map(() => 0), seq: seqs, fields: {} } },
  ];
  return events.reduce((state, event) => deviceDecider.evolve(state, { ...told, event }), deviceDecider.initial);
}

const envelopeOf = (body: Uint8Array): CommandEnvelope => ({
  type: 'ReceiveReadings',
  stream: STREAM,
  data: { format: 'json' },
  commandId: 'c1',
  accountId: 'a1',
  correlationId: 'c1',
  receivedAt: NOW,
  body,
});

/** What is decided, as the log would hold it, and whether it was decided the short way. */
function decide(state: DeviceState, command: DeviceDomainCommand | Rejection) {
  if (!('type' in command)) return { refused: command };
  const decision = deviceDecider.decide(state, { command, commandId: 'c1', now: NOW });
  if (decision.kind !== 'accept') return decision;
  return decision.events.map((event) => {
    const json = WrittenColumns.jsonOf(event.data);
    return `${event.type} ${json ? new TextDecoder().decode(json) : JSON.stringify(event.data)}`;
  });
}

/** Spaces change nothing but that a body is long enough to be read the short way. */
function bothWays(sent: Uint8Array, state: DeviceState) {
  const body = Buffer.concat([sent, Buffer.alloc(256, ' ')]);
  const parsed = readBody('json', body, { readingsMax: LIMITS.readingsPerRequestMax, now: NOW });
  const command = sut.read(envelopeOf(body), state);
  const isShort = 'type' in command && command.type === 'ReceiveColumns';
  const long = decide(state, isRejection(parsed) ? parsed : { type: 'ReceiveReadings', data: parsed });
  return { isShort, decided: decide(state, command), long, command };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const space = fc.constantFrom('', '', '', '', ' ', '\n', '\t', '\r\n', '  ');
const plainNumber = fc.oneof(
  fc.integer({ min: -40, max: 100 }).map(String),
  fc.tuple(fc.integer({ min: -4_000, max: 10_000 }), fc.constantFrom(1, 2, 3)).map(([value, decimals]) => (value / 100).toFixed(decimals)),
  fc.double({ min: -40, max: 100, noNaN: true }).map(String),
);
const oddNumber = fc.oneof(
  fc.constantFrom(
    '-0',
    '-0.0',
    '1e400',
    '-1e400',
    '1e-400',
    '1e2',
    '1E+2',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '0.0000001',
    '12345678901234567890',
  ),
  fc.constantFrom('126', '-41', '1.5', '9007199254740993', '"1"', 'true', 'null', '{}', '[]', '""', 'nul', 'NaN'),
);
const time = fc.oneof(
  fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }).map(String),
  fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }).map(String),
  fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => JSON.stringify(date)),
  fc.constantFrom('1777636800.25', '1777636800123456789', '"1777636800"', '-5', '-0', '0', 'null', '"never"', '9e15', '[]'),
);
const seq = fc.oneof(
  fc.nat(30).map(String),
  fc.constantFrom('"7"', '18446744073709551615', '9007199254740993', '1.0', '-1', 'null', '1e2'),
);
const text = fc.oneof(
  fc.constantFrom('"ok"', '"fault"', '"bad"', '""', '"abcde"', '"abcdef"', '"a b"', '"é"', '"\\u0041"', '"\\n"', '"\u007f"', '"a', 'ok'),
  fc.constantFrom('true', 'false', 'null', 'tru', 'falsey'),
);
const part = fc.oneof(plainNumber, oddNumber);
const compound = fc.oneof(
  fc.array(part, { maxLength: 4 }).map((parts) => `[${parts.join()}]`),
  fc
    .array(fc.tuple(fc.constantFrom('lat', 'lon', 'alt', 'x', 'y', 'z'), part), { maxLength: 4 })
    .map((parts) => `{${parts.map(([name, value]) => `"${name}":${value}`).join()}}`),
  fc.constantFrom('{"lat":48.1,"lon":11.5}', '{"lon":11.5,"lat":48.1,"alt":520}', '[48.1,11.5]', '[48.1,11.5,520.25]', '{"x":1,"y":-2.5}'),
);
const NUMBERS = ['temperature', 'count', 'Höhe über NN', 't'];
const plainMember = fc.oneof(
  fc.tuple(fc.constantFrom('temperature', 'Höhe über NN', 't'), plainNumber),
  fc.tuple(fc.constant('count'), fc.integer().map(String)),
  fc.tuple(fc.constant('time'), fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }).map(String)),
  fc.tuple(fc.constant('seq'), fc.nat().map(String)),
  fc.tuple(fc.constant('state'), fc.constantFrom('"ok"', '"fault"')),
  fc.tuple(fc.constant('open'), fc.constantFrom('true', 'false')),
  fc.tuple(fc.constant('position'), fc.constantFrom('{"lat":48.1,"lon":11.5}', '{"lon":11.5,"lat":48.1,"alt":520}', '[48.1,11.5,520.25]')),
);
const anyMember = fc.oneof(
  plainMember,
  fc.tuple(fc.constantFrom(...NUMBERS), oddNumber),
  fc.tuple(fc.constantFrom('time', 'ts'), time),
  fc.tuple(fc.constant('seq'), seq),
  fc.tuple(fc.constantFrom('open', 'note', 'state', 'deviceId'), text),
  fc.tuple(fc.constantFrom('position', 'acceleration'), compound),
  fc.tuple(
    fc.constantFrom('values', '__proto__', 'constructor', 'unknown', '0', 'temp\\u0065rature', 'temperature2'),
    fc.oneof(plainNumber, compound, fc.constant('{"temperature":1}')),
  ),
);
const members = fc.oneof(
  { weight: 8, arbitrary: fc.uniqueArray(plainMember, { minLength: 1, maxLength: 5, selector: ([name]) => name }) },
  { weight: 1, arbitrary: fc.array(anyMember, { maxLength: 5 }) },
);
const reading = fc.tuple(members, space, space, space).map(([named, before, behind, inner]) => {
  const texts = named.map(([name, value]) => `${before}"${name}"${behind}:${before}${value}${behind}`);
  return `{${texts.join(',')}${inner}}`;
});
const body = fc
  .tuple(fc.array(reading, { maxLength: 7 }), fc.boolean(), space, space)
  .map(([readings, isArray, before, behind]) =>
    isArray ? `${before}[${readings.join(`${behind},${before}`)}]${behind}` : `${before}${readings.join(',')}${behind}`,
  );
/** A cut, or a byte that is another one. */
const damage = fc.option(fc.tuple(fc.nat(400), fc.option(fc.oneof(fc.constantFrom(...bytesOf('{}[],:"\\ 0-.eE\0')), fc.nat(255)))), {
  freq: 3,
});

function damaged(bytes: Uint8Array, how: [number, number | null] | null): Uint8Array {
  if (how === null || bytes.length === 0) return bytes;
  const [at, byte] = how;
  if (byte === null) return bytes.subarray(0, at % bytes.length);
  return bytes.map((before, i) => (i === at % bytes.length ? byte : before));
}

describe('a JSON body', () => {
  it('is decided the same, to the byte, whichever way it is read', () => {
    let short = 0;
    fc.assert(
      fc.property(body, damage, fc.uniqueArray(fc.nat(10), { maxLength: 3 }), (json, how, seqs) => {
        const { decided, long, isShort } = bothWays(damaged(bytesOf(json), how), deviceWith(SCHEMA, seqs));
        if (isShort) short++;
        expect(decided).toEqual(long);
      }),
      { numRuns: 5_000 },
    );
    // Else it would have been compared with itself.
    expect(short).toBeGreaterThan(250);
  });

  it.each([
    ['a plain batch', '[{"temperature":21.5,"count":3,"time":1777636800123},{"temperature":21,"count":-4,"time":1777636801123}]'],
    ['one reading, as people write it', '{ "temperature": 21.50,\n  "time": "2026-05-01T12:00:00.123Z", "seq": 7 }'],
    [
      'readings with different members',
      '[{"temperature":1},{"open":true,"note":"hi","state":"ok"},{"count":null,"temperature":2,"seq":1}]',
    ],
    ['places and vectors', '[{"position":{"lat":48.137154321,"lon":11.5}},{"position":[1,2,3],"acceleration":{"y":2,"x":1}}]'],
    ['numbers of any length', '[{"temperature":21.482739481234567,"Höhe über NN":1e3},{"Höhe über NN":123456789012345678901234}]'],
  ])('is read the short way: %s', (_, json) => {
    const { decided, long, isShort, command } = bothWays(bytesOf(json), deviceWith(SCHEMA));
    expect(isShort).toBe(true);
    expect(decided).toEqual(long);
    // What the entity and its answer see is the same as what is written.
    const { columns } = (command as ReceiveColumns).data;
    expect(structuredClone({ ...columns })).toEqual(JSON.parse(new TextDecoder().decode(WrittenColumns.jsonOf(columns))));
    expect(JSON.stringify(columns)).toBe(new TextDecoder().decode(WrittenColumns.jsonOf(columns)));
  });

  it.each([
    ['a name that JSON orders first', { fields: { a: { type: 'number' }, 1: { type: 'number' } } }, '{"a":1,"1":2}'],
    ['a name that JSON escapes', { fields: { 'a"b': { type: 'number' } } }, '{"a\\"b":1}'],
    ['a required field', { fields: { a: { type: 'number', required: true }, b: { type: 'number' } } }, '[{"a":1},{"b":1}]'],
    ['unknown fields that are ignored', { fields: { a: { type: 'number' } }, unknownFields: 'ignore' }, '{"a":1,"b":2}'],
  ] as [string, DeviceSchema, string][])('is read the long way where the schema asks for more: %s', (_, schema, json) => {
    const { decided, long, isShort } = bothWays(bytesOf(json), deviceWith(schema));
    expect(isShort).toBe(false);
    expect(decided).toEqual(long);
  });

  it('of a few readings is read the long way, which is the shorter one for them', () => {
    const command = sut.read(envelopeOf(bytesOf('{"temperature":1}')), deviceWith(SCHEMA));
    expect(command).toEqual({ type: 'ReceiveReadings', data: { readings: [{ temperature: 1 }] } });
  });

  it('is never decided by another state than the one it was read for', () => {
    const command = sut.read(envelopeOf(bytesOf('{"temperature":1}'.padEnd(256))), deviceWith(SCHEMA)) as DeviceDomainCommand;
    expect(() => deviceDecider.decide(deviceWith(SCHEMA), { command, commandId: 'c1', now: NOW })).toThrow('another state');
  });
});
