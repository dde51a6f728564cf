import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, decodeChunk, encodeChunk, ResultDigest, type ResultChunk } from './result-chunks.js';

const arbitrary = fc.integer({ min: 0, max: 40 }).chain((rows): fc.Arbitrary<ResultChunk> => {
  const numbers = fc.array(fc.double(), { minLength: rows, maxLength: rows }).map((list) => Float64Array.from(list));
  const texts = fc.array(fc.option(fc.string()), { minLength: rows, maxLength: rows });
  return fc.record({
    deviceId: fc.string(),
    field: fc.string(),
    time: numbers,
    columns: fc.record({ value: numbers, kind: texts, score: numbers }),
  });
});

describe('chunks of a result', () => {
  it('come back to the last bit', () => {
    fc.assert(fc.property(arbitrary, (chunk) => void expect(decodeChunk(encodeChunk(chunk))).toEqual(chunk)));
  });

  it('are together what was cut, at most so many rows each', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 10 }), (series, rowsMax) => {
        const chunks = [...chunksOf(series, rowsMax)];
        expect(chunks.length).toBe(Math.max(1, Math.ceil(series.time.length / rowsMax)));
        expect(chunks.flatMap(({ time }) => [...time])).toEqual([...series.time]);
        expect(chunks.flatMap(({ columns }) => [...columns['kind']!])).toEqual(series.columns['kind']);
      }),
    );
  });

  it('have a digest by what they hold', () => {
    const one: ResultChunk = { deviceId: 'd', field: 'f', time: Float64Array.of(1, 2), columns: { value: Float64Array.of(1, NaN) } };
    const digest = (chunk: ResultChunk, summary = {}): string => new ResultDigest().add(chunk).hex(summary);
    expect(digest(one)).toBe(digest(decodeChunk(encodeChunk(one))));
    const others = [
      digest({ ...one, field: 'g' }),
      digest({ ...one, time: Float64Array.of(1, 3) }),
      digest({ ...one, columns: { value: Float64Array.of(1, 0) } }),
      digest({ ...one, columns: { score: one.columns['value']! } }),
      digest(one, { readings: 2 }),
    ];
    expect(new Set([digest(one), ...others]).size).toBe(6);
  });
});
