import { describe, expect, it } from 'vitest';
import type { DeviceSchema, FieldSchema } from '#contracts';
import { compileSchema } from '../schema/compiled-schema.js';
import { CELLS_MAX, readBatch, type BatchOutcome } from './read-batch.js';
import { ReceivedSeqs } from './received-seqs.js';

const NOW = 1_777_636_800_000;
const FIELDS: Record<string, FieldSchema> = {
  temperature: { type: 'number', min: -40, max: 125 },
  count: { type: 'integer' },
  open: { type: 'boolean' },
  note: { type: 'string', maxLength: 5 },
  state: { type: 'enum', values: ['ok', 'fault'] },
  position: { type: 'location' },
  acceleration: { type: 'vector', axes: ['x', 'y'], max: 100 },
};
const read = (readings: unknown[], schema: DeviceSchema = { fields: FIELDS }, seqs = ReceivedSeqs.empty()): BatchOutcome =>
  readBatch(compileSchema(schema), readings, NOW, seqs)!;
const fieldsOf = (...readings: unknown[]) => {
  const { columns, rejected } = read(readings);
  expect(rejected).toEqual([]);
  return columns?.fields;
};

describe('a batch of readings › in columns', () => {
  it('has a column a field that was sent, each as long as the batch', () => {
    expect(fieldsOf({ temperature: 1 }, { temperature: 2.5, open: true }, { note: 'hi', state: 'ok', count: 7 })).toEqual({
      temperature: [1, 2.5, null],
      count: [null, null, 7],
      open: [null, true, null],
      note: [null, null, 'hi'],
      state: [null, null, 'ok'],
    });
  });

  it('has locations and vectors by part, as object or array, without a part nobody sent', () => {
    expect(
      fieldsOf({ position: { lat: 48, lon: 11 } }, { position: [49, 12], acceleration: { x: 1, y: 2 } }, { acceleration: [3, 4] }),
    ).toEqual({
      position: { lat: [48, 49, null], lon: [11, 12, null] },
      acceleration: { x: [null, 1, 3], y: [null, 2, 4] },
    });
    expect(
      fieldsOf(
        { position: [1, 2] },
        { position: { lon: 4, lat: 3, alt: 5 } },
        { position: [6, 7, 8] },
        { position: { lat: 1, lon: 2, alt: null } },
      ),
    ).toEqual({
      position: { lat: [1, 3, 6, 1], lon: [2, 4, 7, 2], alt: [null, 5, 8, null] },
    });
  });

  it('takes flat readings and those under values alike, in any order of members', () => {
    const { columns } = read([
      { temperature: 1, time: NOW + 1, seq: 1 },
      { seq: 2, ts: NOW + 2, values: { temperature: 2, open: false } },
      { open: true, time: NOW + 3, temperature: 3, seq: '3', deviceId: 'd7' },
      { values: { open: true }, temperature: 4, time: null, seq: null },
    ]);
    expect(columns).toEqual({
      time: [NOW + 1, NOW + 2, NOW + 3, NOW],
      seq: [1, 2, 3, null],
      fields: { temperature: [1, 2, 3, 4], open: [null, false, true, true] },
    });
  });

  it('has no seq column where nobody sent one, and decimal text above the safe integers', () => {
    expect(read([{ count: 1 }]).columns).not.toHaveProperty('seq');
    expect(read([{ count: 1 }, { count: 2, seq: '18446744073709551615' }]).columns?.seq).toEqual([null, '18446744073709551615']);
  });

  it('writes no minus zero, which JSON would lose', () => {
    expect(fieldsOf({ temperature: -0, position: [-0, -0] })).toStrictEqual({ temperature: [0], position: { lat: [0], lon: [0] } });
  });

  it('leaves nothing of a refused or repeated reading in the columns', () => {
    const { columns, rejected, duplicates } = read([
      { temperature: 1, seq: 1 },
      { note: 'a', position: [1, 2, 3], open: true, temperature: 999 },
      { state: 'ok', acceleration: [1, 2], seq: 1 },
      { count: 5, acceleration: { x: 1 } },
      { temperature: 2, seq: 2 },
    ]);
    expect(columns).toEqual({ time: [NOW, NOW], seq: [1, 2], fields: { temperature: [1, 2] } });
    expect(rejected.map(({ index }) => index)).toEqual([1, 3]);
    expect(duplicates).toBe(1);
  });

  it('keeps both readings of one timestamp', () => {
    expect(
      read([
        { count: 1, time: NOW },
        { count: 2, time: NOW },
      ]).columns?.time,
    ).toEqual([NOW, NOW]);
  });

  it('is given up where a small body would become an enormous event, and leaves nothing behind', () => {
    const compiled = compileSchema({
      fields: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, { type: 'number' as const }])),
    });
    const one = (n: number) => Array.from({ length: n }, (_, i) => ({ [`f${i % 1_000}`]: i }));
    expect(readBatch(compiled, one(10_000), NOW, ReceivedSeqs.empty())).toBeUndefined();
    expect(readBatch(compiled, one(CELLS_MAX / 1_000 + 1), NOW, ReceivedSeqs.empty())).toBeUndefined();
    expect(readBatch(compiled, one(CELLS_MAX / 1_000), NOW, ReceivedSeqs.empty())?.columns?.time).toHaveLength(CELLS_MAX / 1_000);
    expect(readBatch(compiled, [{ f7: 1 }], NOW, ReceivedSeqs.empty())?.columns?.fields).toEqual({ f7: [1] });
  });

  it('gives each batch columns of its own', () => {
    const first = read([{ count: 1 }]).columns;
    read([{ count: 2 }, { count: 3 }]);
    expect(first?.fields).toEqual({ count: [1] });
  });
});

describe('a batch of readings › its verdicts', () => {
  const long = 'x'.repeat(100_000);
  it.each<[string, unknown, string | undefined, string, string]>([
    ['above the maximum', { temperature: 125.1 }, 'temperature', 'above-max', 'temperature is 125.1; the maximum is 125'],
    ['below the minimum', { temperature: -41 }, 'temperature', 'below-min', 'temperature is -41; the minimum is -40'],
    ['text for a number', { temperature: '21' }, 'temperature', 'wrong-type', 'temperature is "21"; it must be a number'],
    ['an object for a number', { temperature: { value: 1 } }, 'temperature', 'wrong-type', 'temperature is an object; it must be a number'],
    [
      '1e400 for a number',
      JSON.parse('{"temperature": 1e400}'),
      'temperature',
      'wrong-type',
      'temperature is Infinity, beyond what a number can hold',
    ],
    ['NaN for a number', { temperature: Number.NaN }, 'temperature', 'wrong-type', 'temperature is NaN'],
    ['a fraction for an integer', { count: 1.5 }, 'count', 'wrong-type', 'count is 1.5; it must be a whole number'],
    ['an integer that lost digits', { count: 2 ** 53 }, 'count', 'wrong-type', 'loses digits'],
    ['a number for a boolean', { open: 1 }, 'open', 'wrong-type', 'open is 1; it must be true or false'],
    ['text for a boolean', { open: 'true' }, 'open', 'wrong-type', 'open is "true"; it must be true or false'],
    ['a number for a text', { note: 1 }, 'note', 'wrong-type', 'note is 1; it must be text'],
    ['a boolean for a text', { note: true }, 'note', 'wrong-type', 'note is true; it must be text'],
    ['text that is too long', { note: long }, 'note', 'too-long', 'note has 100000 characters'],
    ['half a character', { note: 'a\ud83d' }, 'note', 'wrong-type', 'note holds half of a surrogate pair'],
    ['a value outside the enum', { state: 'off' }, 'state', 'not-in-enum', 'state is "off"; allowed are ok, fault'],
    ['a boolean for an enum', { state: false }, 'state', 'wrong-type', 'state is false; it must be text'],
    ['a latitude above 90', { position: [90.5, 0] }, 'position.lat', 'above-max', 'position.lat is 90.5; the maximum is 90'],
    [
      'a longitude below -180',
      { position: { lat: 0, lon: -181 } },
      'position.lon',
      'below-min',
      'position.lon is -181; the minimum is -180',
    ],
    ['a location without longitude', { position: { lat: 0 } }, 'position.lon', 'missing-field', 'position.lon is required'],
    ['a location of four', { position: [1, 2, 3, 4] }, 'position', 'wrong-type', 'position is an array of 4'],
    ['an empty location', { position: [] }, 'position.lat', 'missing-field', 'position.lat is required'],
    ['a location with a stranger', { position: { lat: 1, lon: 2, height: 3 } }, 'position.height', 'unknown-field', 'has no part "height"'],
    ['a location as text', { position: '1,2' }, 'position', 'wrong-type', 'it must be an object {lat, lon, alt?} or an array'],
    ['an infinite altitude', { position: [1, 2, Infinity] }, 'position.alt', 'wrong-type', 'position.alt is Infinity'],
    ['a vector without an axis', { acceleration: { x: 1 } }, 'acceleration.y', 'missing-field', 'acceleration.y is required'],
    ['a vector above its maximum', { acceleration: [1, 101] }, 'acceleration.y', 'above-max', 'the maximum is 100'],
    ['a vector of text', { acceleration: ['1', '2'] }, 'acceleration.x', 'wrong-type', 'acceleration.x is "1"; it must be a number'],
    ['an unknown field', { pressure: 1 }, 'pressure', 'unknown-field', 'the schema has no field "pressure"'],
    ['an unknown field without a value', { count: 1, pressure: null }, 'pressure', 'unknown-field', 'the schema has no field "pressure"'],
    ['a part as a field', { count: 1, 'position.lat': 1 }, 'position.lat', 'unknown-field', 'no field "position.lat"'],
    [
      'a field of every object',
      JSON.parse('{"count": 1, "__proto__": {"temperature": 1}}'),
      '__proto__',
      'unknown-field',
      'no field "__proto__"',
    ],
    ['a method of every object', { count: 1, toString: 1 }, 'toString', 'unknown-field', 'no field "toString"'],
    ['values that are none', { values: [1] }, 'values', 'wrong-type', 'values is an array of 1; it must be an object'],
    ['a time under values', { values: { count: 1, time: 1 } }, 'time', 'unknown-field', 'no field "time"'],
    ['values under values', { values: { values: { count: 1 } } }, 'values', 'unknown-field', 'no field "values"'],
    ['a field given twice', { count: 1, values: { count: 2 } }, 'count', 'wrong-type', 'count is given twice'],
    ['a location given twice', { position: [1, 2], values: { position: [1, 2] } }, 'position', 'wrong-type', 'position is given twice'],
    ['a text given twice', { note: 'a', values: { note: 'a' } }, 'note', 'wrong-type', 'note is given twice'],
    [
      '30 February',
      { count: 1, time: '2026-02-30T00:00:00Z' },
      'time',
      'bad-time',
      '"2026-02-30T00:00:00Z" is no time between 1678 and 2261',
    ],
    ['a negative time', { count: 1, ts: -5 }, 'time', 'bad-time', '-5 is no time'],
    ['time and ts', { count: 1, time: NOW, ts: NOW }, 'ts', 'bad-time', 'time and ts are both given'],
    ['a negative seq', { count: 1, seq: -1 }, 'seq', 'bad-seq', '-1 is no sequence number'],
    ['a seq that lost digits', { count: 1, seq: 2 ** 60 }, 'seq', 'bad-seq', 'send it as decimal text'],
    ['a seq that is no number', { count: 1, seq: 'x1' }, 'seq', 'bad-seq', '"x1" is no sequence number'],
    ['no field at all', {}, undefined, 'missing-field', 'the reading holds no field'],
    ['nothing but a time', { time: NOW, seq: 1 }, undefined, 'missing-field', 'the reading holds no field'],
    ['nothing but nulls', { temperature: null, values: null }, undefined, 'missing-field', 'the reading holds no field'],
    ['empty values', { values: {} }, undefined, 'missing-field', 'the reading holds no field'],
    ['null', null, undefined, 'wrong-type', 'a reading is an object, not null'],
    ['a number', 21.5, undefined, 'wrong-type', 'a reading is an object, not 21.5'],
    ['a list', [{ count: 1 }], undefined, 'wrong-type', 'a reading is an object, not an array of 1'],
    ['a long text', long, undefined, 'wrong-type', 'a reading is an object, not "xxx'],
  ])('refuse %s', (_, reading, field, code, message) => {
    const { columns, rejected } = read([{ temperature: 1 }, reading, { temperature: 2 }]);
    expect(columns?.fields).toEqual({ temperature: [1, 2] });
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ index: 1, code: `reading.${code}`, reading });
    expect(rejected[0]!.field).toBe(field);
    expect(rejected[0]!.message).toContain(message);
    expect(rejected[0]!.message.length).toBeLessThan(400);
  });

  it('name the first required field that is missing; null is missing', () => {
    const schema: DeviceSchema = {
      fields: {
        a: { type: 'number', required: true },
        b: { type: 'location', required: true },
        c: { type: 'enum', values: ['x'], required: true },
      },
    };
    const whole = { a: 1, b: [1, 2], c: 'x' };
    const { columns, rejected } = read([whole, { ...whole, a: null }, { a: 1, c: 'x' }, { a: 1, b: [1, 2] }, {}, whole], schema);
    expect(columns?.time).toHaveLength(2);
    expect(rejected.map(({ index, field, code }) => [index, field, code])).toEqual([
      [1, 'a', 'reading.missing-field'],
      [2, 'b', 'reading.missing-field'],
      [3, 'c', 'reading.missing-field'],
      [4, 'a', 'reading.missing-field'],
    ]);
  });

  it('cut a field name of a stranger short', () => {
    const { rejected } = read([{ ['n'.repeat(1_000_000)]: 1 }]);
    expect(rejected[0]!.field!.length).toBeLessThan(200);
    expect(rejected[0]!.message.length).toBeLessThan(400);
  });

  it('ignore unknown fields where the schema says so, and keep nothing of them', () => {
    const schema: DeviceSchema = { fields: { a: { type: 'number' } }, unknownFields: 'ignore' };
    const { columns, rejected } = read([{ a: 1, b: { c: [1] }, values: { d: 2 } }, { b: 1 }], schema);
    expect(columns?.fields).toEqual({ a: [1] });
    expect(rejected).toMatchObject([{ index: 1, code: 'reading.missing-field' }]);
  });

  it('take an integer for a number, and 1,000 characters for a text without maxLength', () => {
    const schema: DeviceSchema = { fields: { s: { type: 'string' } } };
    expect(read([{ s: 'x'.repeat(1_000) }], schema).rejected).toEqual([]);
    expect(read([{ s: 'x'.repeat(1_001) }], schema).rejected).toMatchObject([{ code: 'reading.too-long' }]);
    expect(fieldsOf({ temperature: 21 })).toEqual({ temperature: [21] });
  });
});

describe('a batch of readings › its sequence numbers', () => {
  it('count a reading once: in the batch, against what was received, and where it was refused', () => {
    const seqs = ReceivedSeqs.empty();
    seqs.offer(1);
    const { columns, rejected, duplicates } = read(
      [
        { count: 1, seq: 1 },
        { count: 2, seq: 2 },
        { count: 2, seq: '2' },
        { count: 'x', seq: 3 },
        { count: 3, seq: 3 },
      ],
      undefined,
      seqs,
    );
    expect(columns).toMatchObject({ seq: [2], fields: { count: [2] } });
    expect(rejected).toMatchObject([{ index: 3, seq: 3 }]);
    expect(duplicates).toBe(3);
    expect(seqs.has(2)).toBe(false);
  });

  it('are received by a refused reading too, whatever is wrong and wherever they stand in it', () => {
    const { rejected } = read([{ pressure: 1, seq: 1 }, { seq: 2, time: 'x', count: 1 }, { seq: 3 }, { values: 1, seq: 4 }]);
    expect(rejected.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(
      read([
        { pressure: 1, seq: null },
        { pressure: 1, seq: 'x' },
      ]).rejected.map(({ code, seq }) => [code, seq]),
    ).toEqual([
      ['reading.unknown-field', undefined],
      ['reading.bad-seq', undefined],
    ]);
  });

  it('inside a gap that was closed are refused, because nobody can tell any more', () => {
    const seqs = ReceivedSeqs.empty(1);
    for (const seq of [0, 2, 4]) seqs.offer(seq);
    const { columns, rejected } = read(
      [
        { count: 1, seq: 1 },
        { count: 1, seq: 3 },
      ],
      undefined,
      seqs,
    );
    expect(rejected).toMatchObject([{ index: 0, field: 'seq', code: 'reading.bad-seq', seq: 1 }]);
    expect(columns?.seq).toEqual([3]);
  });
});
