import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBlocks, type Block, type ColumnKind, type SeqColumn } from './blocks.js';
import { MsgpackReader } from './msgpack-reader.js';

/** As InfluxDB's encoder writes: the shortest form of each integer, times as an extension. */
function encode(value: unknown): Buffer {
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'bigint') return encodeInteger(value);
  if (typeof value === 'number') return tagged(0xcb, 8, (bytes) => bytes.writeDoubleBE(value, 1));
  if (typeof value === 'string') return Buffer.concat([header(Buffer.byteLength(value), [0xa0, 31], 0xd9), Buffer.from(value)]);
  if (value instanceof Time) return value.encoded();
  if (Array.isArray(value)) return Buffer.concat([header(value.length, [0x90, 15], 0xdb), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([header(entries.length, [0x80, 15], 0xdd), ...entries.flat().map(encode)]);
}

function tagged(tag: number, length: number, write: (bytes: Buffer) => unknown): Buffer {
  const bytes = Buffer.alloc(1 + length);
  bytes[0] = tag;
  write(bytes);
  return bytes;
}

/** `wide` is the tag before the one for 16 bits. */
function header(length: number, [tag, max]: [number, number], wide: number): Buffer {
  if (length <= max) return Buffer.from([tag + length]);
  if (wide === 0xd9 && length < 256) return Buffer.from([0xd9, length]);
  if (length < 65_536) return tagged(wide + 1, 2, (bytes) => bytes.writeUInt16BE(length, 1));
  return tagged(wide + 2, 4, (bytes) => bytes.writeUInt32BE(length, 1));
}

function encodeInteger(value: bigint): Buffer {
  if (value >= 0n && value < 128n) return Buffer.from([Number(value)]);
  if (value < 0n && value >= -32n) return Buffer.from([256 + Number(value)]);
  const bits = [8, 16, 32].find((n) => BigInt.asIntN(n, value) === value) ?? 64;
  const tag = { 8: 0xd0, 16: 0xd1, 32: 0xd2, 64: 0xd3 }[bits]!;
  const bytes = Buffer.alloc(9);
  bytes.writeBigInt64BE(value, 1);
  return Buffer.concat([Buffer.from([tag]), bytes.subarray(9 - bits / 8)]);
}

class Time {
  constructor(readonly nanos: bigint) {}

  encoded(): Buffer {
    const bytes = Buffer.alloc(15);
    bytes.set([0xc7, 12, 5]);
    const rest = ((this.nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    bytes.writeBigInt64BE((this.nanos - rest) / 1_000_000_000n, 3);
    bytes.writeUInt32BE(Number(rest), 11);
    return bytes;
  }
}

function decode(bytes: Buffer, kinds: ColumnKind[], pieces: number[]): Block[] {
  const reader = new MsgpackReader();
  const progress = { between: false };
  const reading = readBlocks(reader, kinds, progress);
  const blocks: Block[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + (pieces[i % pieces.length] ?? 7);
    reader.push(bytes.subarray(at, end));
    at = end;
    for (let next = reading.next(); next.value; next = reading.next()) blocks.push(next.value);
  }
  expect(progress.between).toBe(true);
  return blocks;
}

const response = (...series: object[]) => ({ results: [{ statement_id: 0n, series }] });

describe('an answer of InfluxDB', () => {
  it('is read whatever pieces it comes in', () => {
    const row = fc.tuple(
      fc.bigInt({ min: -9_214_560_000_000_000_000n, max: 9_214_646_400_000_000_000n }),
      fc.option(fc.double({ noNaN: true })),
      fc.option(fc.oneof(fc.string({ maxLength: 40 }), fc.constant('x'.repeat(300)))),
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    );
    const pieces = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), pieces, (rows, sizes) => {
        const values = rows.map(([time, number, text, seq]) => [new Time(time), number, text, seq]);
        const series = { name: 'm', tags: { account: 'a' }, columns: ['time', 'n', 't', 's'], values, partial: true };
        const bytes = Buffer.concat([encode(response(series)), encode(response())]);
        const [block, ...others] = decode(bytes, ['number', 'text', 'seq'], sizes);
        expect(others).toEqual([]);
        expect(block).toMatchObject({ statement: 0, tags: { account: 'a' }, rows: rows.length });
        const [numbers, texts, seqs] = block!.columns as [Float64Array, (string | null)[], SeqColumn];
        expect([...numbers].map((value) => (value === value ? value : null))).toEqual(rows.map(([, number]) => number));
        expect(texts).toEqual(rows.map(([, , text]) => text));
        expect([...seqs.seq].map((value, i) => (seqs.has[i] ? BigInt.asIntN(64, value) : null))).toEqual(rows.map(([, , , seq]) => seq));
        rows.forEach(([time], i) => {
          const micros =
            BigInt(Math.floor(block!.time[i]!)) * 1_000n + BigInt(Math.round((block!.time[i]! - Math.floor(block!.time[i]!)) * 1_000));
          const rest = time - micros * 1_000n - BigInt(block!.rank[i]!);
          // Doubles are up to 2 µs apart.
          expect(rest >= -1_000n && rest <= 1_000n).toBe(true);
          expect(block!.rank[i]).toBe(Number(((time % 1_000n) + 1_000n) % 1_000n));
        });
      }),
    );
  });

  it('has texts of every length', () => {
    const texts = ['', 'x'.repeat(31), 'é'.repeat(100), 'é'.repeat(20_000), '€'.repeat(65_536)];
    const [block] = decode(encode(response({ columns: ['t'], values: texts.map((text) => [text]) })), ['text'], [30_000]);
    expect(block!.columns).toEqual([texts]);
  });

  it('has integers of every length', () => {
    const integers = [0n, 127n, 128n, 255n, 256n, 65_535n, 65_536n, 2n ** 32n, 2n ** 53n - 1n].flatMap((n) => [n, -n, -n - 1n]);
    const [block] = decode(encode(response({ columns: ['n'], values: integers.map((n) => [n]) })), ['number'], [3]);
    expect([...(block!.columns[0] as Float64Array)].map((n) => BigInt(n))).toEqual(integers);
  });

  it('may have more columns than are wanted, and messages', () => {
    const result = {
      statement_id: 1n,
      messages: [{ level: 'info', text: 'x' }],
      series: [
        {
          columns: ['a', 'b'],
          values: [
            [1, ['x', new Time(1n)]],
            [2, { y: true }],
          ],
        },
      ],
    };
    const [block] = decode(encode({ results: [result] }), ['number'], [1]);
    expect(block).toMatchObject({ statement: 1, rows: 2, columns: [Float64Array.of(1, 2)] });
  });

  it.each([
    ['of the whole', { error: 'it is broken' }],
    ['of a statement', { results: [{ statement_id: 0n, series: [] }, { error: 'it is broken' }] }],
  ])('tells an error %s', (_, answer) => {
    expect(() => decode(encode(answer), [], [2])).toThrow('it is broken');
  });
});
