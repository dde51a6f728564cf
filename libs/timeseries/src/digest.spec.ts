import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceDigest, type DigestRows } from './index.js';

interface Row {
  time: number;
  seq: number | null;
  value: number;
  text: string | null;
}

const row = fc.record({
  time: fc.integer({ min: 0, max: 3 }),
  seq: fc.option(fc.nat(9), { nil: null }),
  value: fc.integer(),
  text: fc.option(fc.string(), { nil: null }),
});

function columns(rows: Row[]): DigestRows {
  return {
    time: Float64Array.from(rows, ({ time }) => time),
    recordedAt: Float64Array.from(rows, (_, i) => i),
    seq: BigUint64Array.from(rows, ({ seq }) => BigInt(seq ?? 0)),
    hasSeq: Uint8Array.from(rows, ({ seq }) => (seq === null ? 0 : 1)),
    values: [Float64Array.from(rows, ({ value }) => value), rows.map(({ text }) => text)],
  };
}

function contentOf(rows: Row[], pieces: number): string {
  const digest = new DeviceDigest(
    'a',
    'd',
    [
      { name: 'value', kind: 'number' },
      { name: 'text', kind: 'text' },
    ],
    'content',
  );
  for (let at = 0; at < rows.length; at += pieces) digest.add(columns(rows.slice(at, at + pieces)));
  return digest.hex();
}

describe('the digest of content', () => {
  it('is the same in whatever pieces, and whatever order readings of one time came in', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (rows, pieces) => {
        const arrived = rows.toSorted((a, b) => a.time - b.time);
        const bySeq = arrived.toSorted((a, b) => a.time - b.time || (a.seq ?? -1) - (b.seq ?? -1));
        expect(contentOf(arrived, pieces)).toBe(contentOf(bySeq, 1_000));
      }),
    );
  });

  it('differs by any value', () => {
    const rows: Row[] = [{ time: 1, seq: 2, value: 3, text: 'x' }];
    for (const other of [{ time: 2 }, { seq: null }, { seq: 3 }, { value: 4 }, { text: '' }])
      expect(contentOf([{ ...rows[0]!, ...other }], 1)).not.toBe(contentOf(rows, 1));
  });
});
