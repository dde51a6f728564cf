import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceivedSeqs, SEQ_GAPS_MAX } from './received-seqs.js';
import { parseSeq, seqOf } from './seq.js';

const of = (...seqs: (number | bigint)[]): ReceivedSeqs => {
  const sut = ReceivedSeqs.empty();
  for (const seq of seqs) sut.offer(seq);
  return sut;
};

describe('a sequence number as it was sent', () => {
  it.each<[unknown, unknown]>([
    [0, 0],
    [42, 42],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['0', 0],
    ['42', 42],
    ['0042', 42],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', 9007199254740992n],
    ['18446744073709551615', 2n ** 64n - 1n],
  ])('reads %j', (sent, seq) => expect(parseSeq(sent)).toBe(seq));

  it('reads minus zero as zero', () => expect(Object.is(parseSeq(-0), 0)).toBe(true));

  it.each([
    -1,
    1.5,
    Number.NaN,
    Infinity,
    2 ** 53,
    1e300,
    '',
    '-1',
    '1.5',
    ' 1',
    '1e3',
    '0x1',
    '18446744073709551616',
    '9'.repeat(21),
    '9'.repeat(10_000),
    true,
    null,
    undefined,
    [],
    {},
    [1],
  ])('refuses %j', (sent) => expect(parseSeq(sent)).toBeUndefined());
});

describe('the received sequence numbers', () => {
  it('keep a device in order in one range', () => {
    const sut = of(...Array.from({ length: 10_000 }, (_, i) => i));
    expect(sut.freeze()).toEqual({ bounds: [0, 9_999] });
    expect(sut.missing().count).toBe(0n);
  });

  it('tell a new number from a duplicate, below the first one too', () => {
    const sut = of(10, 11);
    expect(sut.offer(11)).toBe('duplicate');
    expect(sut.offer(3)).toBe('new');
    expect(sut.missing().ranges(9)).toEqual([[4, 9]]);
  });

  it('count across the end of the safe integers', () => {
    const edge = BigInt(Number.MAX_SAFE_INTEGER);
    const sut = of(Number.MAX_SAFE_INTEGER - 1, edge + 1n, Number.MAX_SAFE_INTEGER);
    expect(sut.rangeCount).toBe(1);
    expect(sut.has(edge + 1n)).toBe(true);
    expect(sut.has(edge + 2n)).toBe(false);
    expect(sut.offer(2n ** 64n - 1n)).toBe('new');
    expect(sut.offer(2n ** 64n - 1n)).toBe('duplicate');
    expect(sut.freeze().bounds).toEqual([Number.MAX_SAFE_INTEGER - 1, '9007199254740992', '18446744073709551615', '18446744073709551615']);
  });

  it('lists no more gaps than asked for, and counts them all', () => {
    const { count, ranges } = of(0, 2, 4, 8).missing();
    expect(count).toBe(5n);
    expect(ranges(2)).toEqual([
      [1, 1],
      [3, 3],
    ]);
  });

  it('leave the original of a clone alone', () => {
    const sut = of(1);
    sut.clone().offer(2);
    expect(sut.has(2)).toBe(false);
  });

  it('agree with a plain set of numbers whatever comes in whatever order, thawed at any moment', () => {
    const near = fc.oneof(
      fc.integer({ min: 0, max: 40 }).map(BigInt),
      fc.bigInt({ min: 2n ** 53n - 9n, max: 2n ** 53n + 9n }),
      fc.bigInt({ min: 2n ** 64n - 9n, max: 2n ** 64n - 1n }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(near, fc.boolean()), { maxLength: 120 }), (offers) => {
        const model = new Set<bigint>();
        let sut = ReceivedSeqs.empty();
        for (const [big, thaw] of offers) {
          expect(sut.offer(parseSeq(big.toString())!)).toBe(model.has(big) ? 'duplicate' : 'new');
          model.add(big);
          if (thaw) sut = ReceivedSeqs.thaw(JSON.parse(JSON.stringify(sut.freeze())));
        }
        const sorted = [...model].sort((a, b) => (a < b ? -1 : 1));
        const span = sorted.length === 0 ? 0n : sorted.at(-1)! - sorted[0]! + 1n;
        expect(sut.missing().count).toBe(span - BigInt(model.size));
        expect(sut.rangeCount).toBe(sorted.filter((n, i) => i === 0 || sorted[i - 1]! + 1n !== n).length);
        for (const [first, last] of sut.missing().ranges(1e9)) {
          expect([sut.has(seqOf(first)), sut.has(seqOf(last))]).toEqual([false, false]);
        }
      }),
    );
  });
});

describe('the received sequence numbers › in many chunks', () => {
  it('agree with a plain set, clones apart from each other', () => {
    const step = fc.tuple(
      fc.integer({ min: 0, max: 6_000 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 900 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom(SEQ_GAPS_MAX, 700), (steps, gapsMax) => {
        let sut = ReceivedSeqs.empty(gapsMax);
        const model = new Set<number>();
        for (const [from, every, count, down] of steps) {
          const before = sut;
          const frozen = JSON.stringify(before.freeze());
          sut = sut.clone();
          for (let i = 0; i < count; i++) {
            const seq = from + every * (down ? count - i : i);
            const news = sut.offer(seq);
            const expected = model.has(seq) ? 'duplicate' : 'new';
            if (news !== 'forgotten' && news !== expected) expect([seq, news]).toEqual([seq, expected]);
            model.add(seq);
          }
          expect(JSON.stringify(before.freeze())).toBe(frozen);
        }
        const { bounds, closed } = sut.freeze();
        expect(bounds).toEqual([...bounds].sort((a, b) => Number(a) - Number(b)));
        expect(sut.rangeCount).toBe(bounds.length / 2);
        expect(sut.rangeCount - 1).toBeLessThanOrEqual(gapsMax);
        expect([...model].filter((seq) => !sut.has(seq))).toEqual([]);
        if (closed === undefined) {
          const sorted = [...model].sort((a, b) => a - b);
          expect(bounds).toEqual(
            sorted.flatMap((n, i) => [...(sorted[i - 1] === n - 1 ? [] : [n]), ...(sorted[i + 1] === n + 1 ? [] : [n])]),
          );
        }
        expect(ReceivedSeqs.thaw(sut.freeze(), gapsMax).freeze()).toEqual(sut.freeze());
      }),
      { numRuns: 60 },
    );
  });

  it('leave a clone alone when the original goes on', () => {
    const sut = of(1, 5, 9);
    const clone = sut.clone();
    sut.offer(2);
    sut.offer(7);
    expect(clone.freeze()).toEqual({ bounds: [1, 1, 5, 5, 9, 9] });
  });
});

describe('the received sequence numbers › with more gaps than are remembered', () => {
  const full = (gapsMax: number): ReceivedSeqs => {
    const sut = ReceivedSeqs.empty(gapsMax);
    for (let seq = 0; seq <= 2 * (gapsMax + 2); seq += 2) sut.offer(seq);
    return sut;
  };

  it('close the lowest gaps, and no longer pretend to know what was in them', () => {
    const sut = full(3);
    expect(sut.freeze()).toEqual({ bounds: [0, 4, 6, 6, 8, 8, 10, 10], closed: [1, 3, 2] });
    expect([1, 2, 3].map((seq) => sut.offer(seq))).toEqual(['forgotten', 'forgotten', 'forgotten']);
    expect([0, 4].map((seq) => sut.offer(seq))).toEqual(['duplicate', 'duplicate']);
    expect([5, 7, 9].map((seq) => sut.offer(seq))).toEqual(['new', 'new', 'new']);
  });

  it('still count what is missing in the closed ones', () => {
    const sut = full(3);
    expect(sut.missing().count).toBe(5n);
    expect(sut.missing().ranges(9)).toEqual([
      [5, 5],
      [7, 7],
      [9, 9],
    ]);
  });

  it('close a gap that opens below the closed ones', () => {
    const sut = ReceivedSeqs.empty(1);
    for (const seq of [10, 12, 14]) sut.offer(seq);
    expect(sut.offer(5)).toBe('new');
    expect(sut.freeze()).toEqual({ bounds: [5, 12, 14, 14], closed: [6, 11, 5] });
    expect(sut.missing().count).toBe(6n);
  });

  it('stay within their bound however long a device drops every second number', () => {
    const sut = full(SEQ_GAPS_MAX + 5_000 - 2);
    const bounded = ReceivedSeqs.empty();
    for (let seq = 0; seq < 90_000; seq += 2) bounded.offer(seq);
    expect(sut.rangeCount).toBeGreaterThan(SEQ_GAPS_MAX);
    expect(bounded.rangeCount).toBe(SEQ_GAPS_MAX + 1);
    expect(bounded.missing().count).toBe(44_999n);
    expect(bounded.freeze()).toEqual(ReceivedSeqs.thaw(bounded.freeze()).freeze());
  });
});
