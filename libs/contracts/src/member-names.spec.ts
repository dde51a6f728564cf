import { describe, expect, it } from 'vitest';
import { hasMoreNames, MEMBER_NAMES_MAX } from './member-names.js';

const named = (count: number, text = (i: number) => `"field-${i}":1`): Uint8Array =>
  Buffer.from(`{${Array.from({ length: count }, (_, i) => text(i)).join(',')}}`);

describe('a JSON text', () => {
  it('may have as many names as the limit, and not many more', () => {
    expect(hasMoreNames(named(MEMBER_NAMES_MAX))).toBe(false);
    expect(hasMoreNames(named(MEMBER_NAMES_MAX * 1.3))).toBe(true);
    expect(
      hasMoreNames(
        named(11, (i) => `"field-${i}" \n:1`),
        10,
      ),
    ).toBe(true);
  });

  it('may repeat its names as often as it likes', () => {
    expect(
      hasMoreNames(
        named(1_000, (i) => `"field-${i % 10}":1`),
        10,
      ),
    ).toBe(false);
    expect(
      hasMoreNames(
        named(1_000, (i) => `"field-${i % 11}":1`),
        10,
      ),
    ).toBe(true);
  });

  it('may hold any number of different texts that name nothing', () => {
    expect(
      hasMoreNames(
        named(1_000, (i) => `"field":"\\"text-${i}\\":\\\\"`),
        10,
      ),
    ).toBe(false);
  });

  it('may end anywhere', () => {
    const whole = named(10);
    for (let length = 0; length < whole.length; length++) expect(hasMoreNames(whole.subarray(0, length), 10), `${length}`).toBe(false);
    expect(hasMoreNames(Buffer.from('"'.repeat(99)), 10)).toBe(false);
    expect(hasMoreNames(Buffer.from('"\\'.repeat(99)), 10)).toBe(false);
  });
});
