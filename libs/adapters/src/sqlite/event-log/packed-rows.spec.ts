import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedColumns } from '#contracts';
import { plain } from '../../../../../test/support/event-log/events.js';
import { ColumnBytes } from './column-bytes.js';
import type { Row } from './log-reader.js';
import { eventsOf, RowPacker } from './packed-rows.js';

const METADATA = '{"recordedAt":1}';
const rowOf = (json: string, type = 'ReadingsReceived', position = 1): Row<Buffer> => [
  position,
  'device-a.d',
  0,
  type,
  1,
  METADATA,
  Buffer.from(json),
];
/** Long enough to be packed. */
const long = <T>(column: T[]): T[] => Array.from({ length: 4_000 }, (_, i) => column[i % column.length]!);
const packedOf = (json: string): PackedColumns => eventsOf(new RowPacker().pack([rowOf(json)]))[0]!.data as PackedColumns;

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 100),
  fc.integer({ min: 0, max: 4e15 }).map((n) => n / 1_000),
  fc.constantFrom(0, -0, 1e21, 5e-324, 2 ** 53, 2 ** 53 + 2, 9007199254740991, 0.1 + 0.2, 1780000000000.125),
);
const column = fc.oneof(
  fc.array(number, { minLength: 1 }),
  fc.array(fc.option(number), { minLength: 1 }),
  fc.array(fc.oneof(fc.string(), fc.boolean()), { minLength: 1 }),
);
const name = fc.oneof(fc.string(), fc.constantFrom('temperature', 'time', 'é', 'a"b', '\\', '__proto__'));
const columns = fc.record(
  {
    schemaVersion: fc.nat(),
    time: fc.array(number, { minLength: 1 }),
    seq: fc.array(fc.oneof(fc.nat(), fc.constantFrom(null, '18446744073709551615')), { minLength: 1 }),
    fields: fc.dictionary(name, fc.oneof(column, fc.dictionary(name, column))),
  },
  { requiredKeys: ['schemaVersion', 'time', 'fields'] },
);

describe('RowPacker', () => {
  it('gives the very numbers, texts and names that JSON.parse gives', () => {
    fc.assert(
      fc.property(columns, (written) => {
        const json = JSON.stringify({ ...written, time: long(written.time) });
        const packed = packedOf(json);
        expect(packed.time).toBeInstanceOf(Float64Array);
        expect(JSON.stringify(plain(packed))).toBe(json);
      }),
    );
  });

  it('keeps the columns of several events apart, and packs anew each time', () => {
    const sut = new RowPacker();
    const json = (n: number) =>
      JSON.stringify({ schemaVersion: n, time: long([n, n / 4]), fields: { t: { x: long([-n]) }, gaps: long([n, null]) } });
    for (const first of [1, 50]) {
      const rows = Array.from({ length: 40 }, (_, i) => rowOf(json(first + i), 'ReadingsReceived', i + 1));
      const events = eventsOf(sut.pack(rows));
      events.forEach((event, i) => expect(JSON.stringify(plain(event.data))).toBe(json(first + i)));
      expect(events.map(({ position }) => position)).toEqual(rows.map(([position]) => position));
    }
  });

  it('leaves alone what is short, of another type, or broken', () => {
    const other = JSON.stringify({ readings: long([1]) });
    const short = JSON.stringify({ schemaVersion: 1, time: [1, 2], fields: { t: [1, 2] } });
    const broken = `{"schemaVersion":1,"time":[${long([1]).join()}],"fields":{"t":[1,2`;
    const { rows, buffer } = new RowPacker().pack([rowOf(other, 'ReadingsRejected'), rowOf(short), rowOf(broken)]);
    expect(rows.map((row) => row[6])).toEqual([other, short, broken]);
    expect(buffer.byteLength).toBe(0);
    const events = eventsOf({ rows, buffer });
    expect(events[1]!.data).toEqual(JSON.parse(short));
    expect(() => events[2]!.data).toThrow(SyntaxError);
  });
});

describe('ColumnBytes', () => {
  const taken = (json: string): unknown => {
    const sut = new ColumnBytes();
    const data = sut.take(Buffer.from(json));
    const { byteLength } = sut.pack();
    if (!data) expect(byteLength).toBe(0);
    return plain(data);
  };

  it('reads what is written as it is written', () => {
    const json =
      '{"schemaVersion":3,"time":[1780000000000.125,-5],"seq":[1,2],"fields":{"t":[21.5,-0],"at":{"lat":[1e-7,2],"lon":[0,1]},"é":[]}}';
    expect(JSON.stringify(taken(json))).toBe(json.replace('-0', '0'));
  });

  it.each([
    ['a gap', '{"schemaVersion":1,"time":[1],"fields":{"t":[null]}}'],
    ['a text', '{"schemaVersion":1,"time":[1],"fields":{"t":["1"]}}'],
    ['spaces', '{"schemaVersion":1, "time":[1],"fields":{}}'],
    ['another order', '{"time":[1],"schemaVersion":1,"fields":{}}'],
    ['more members', '{"schemaVersion":1,"time":[1],"fields":{},"more":1}'],
    ['something behind', '{"schemaVersion":1,"time":[1],"fields":{}} '],
    ['an end too soon', '{"schemaVersion":1,"time":[1],"fields":{"t":[1'],
    ['an escape', '{"schemaVersion":1,"time":[1],"fields":{"a\\"b":[1]}}'],
    ['no number', '{"schemaVersion":1,"time":[1-2e],"fields":{}}'],
    ['an empty place', '{"schemaVersion":1,"time":[1,],"fields":{}}'],
    ['a part of a part', '{"schemaVersion":1,"time":[1],"fields":{"t":{"x":{"y":[1]}}}}'],
    ['long numbers', `{"schemaVersion":1,"time":[${Array.from({ length: 40 }, (_, i) => 0.1234567890123456 + i).join()}],"fields":{}}`],
  ])('leaves %s to others', (_, json) => expect(taken(json)).toBeUndefined());
});
