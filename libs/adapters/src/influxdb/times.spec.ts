import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nanosFrom, nanosText, timeOf, wholeMicros } from './times.js';

const micros = fc.bigInt({ min: -9_214_560_000_000_000n, max: 9_214_646_399_999_999n });

/** As the domain reads a time. */
const asTime = (us: bigint): number => Math.round(Number(us)) / 1_000;

describe('times in InfluxDB', () => {
  it('are nanoseconds of which the last three tell readings apart', () => {
    expect(nanosText(1_774_742_400_000.125, 7)).toBe('1774742400000125007');
    expect(nanosText(0, 0)).toBe('0');
    expect(nanosText(-0.001, 999)).toBe('-1');
    expect(nanosText(-1, 0)).toBe('-1000000');
  });

  it('are the same double again', () => {
    fc.assert(
      fc.property(micros, fc.integer({ min: 0, max: 999 }), (us, rank) => {
        const time = asTime(us);
        const nanos = BigInt(nanosText(wholeMicros(time), rank));
        const whole = (nanos - BigInt(rank)) / 1_000n;
        expect(nanos - whole * 1_000n).toBe(BigInt(rank));
        const rest = ((whole % 1_000n) + 1_000n) % 1_000n;
        expect(timeOf(Number((whole - rest) / 1_000n), Number(rest))).toBe(time);
      }),
    );
  });

  it('are in a range exactly where their doubles are', () => {
    fc.assert(
      fc.property(micros, fc.bigInt({ min: -3n, max: 3n }), fc.integer({ min: 0, max: 999 }), (us, away, rank) => {
        const [time, from] = [asTime(us), asTime(us + away)];
        expect(BigInt(nanosText(wholeMicros(time), rank)) >= nanosFrom(from)).toBe(time >= from);
      }),
    );
  });

  it('are all between the infinities', () => {
    expect(nanosFrom(-Infinity)).toBe(-9_223_372_036_854_775_806n);
    expect(nanosFrom(Infinity)).toBe(9_223_372_036_854_775_806n);
    expect(nanosFrom(Number.MAX_VALUE)).toBe(9_223_372_036_854_775_806n);
  });
});
