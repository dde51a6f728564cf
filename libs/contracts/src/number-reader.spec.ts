import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberReader } from './number-reader.js';

const sut = new NumberReader();
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, behind = ''): number => sut.read(bytesOf(`,${text}${behind}`), 1);

function parsed(text: string): number | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && text.trim() === text ? value : undefined;
  } catch {
    return undefined;
  }
}

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
const numberLike = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits(0, 22),
    fc.option(digits(0, 22), { nil: undefined }),
    fc.constantFrom('', '', '', '', 'e5', 'E-7', 'e+300', 'e400', 'e-400', 'e', 'e+'),
  )
  .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent}`);
const numbers = fc.oneof(
  numberLike,
  fc.double({ noNaN: true }).map(String),
  fc.maxSafeInteger().map(String),
  fc.tuple(fc.maxSafeInteger(), fc.nat(12)).map(([value, decimals]) => (value / 10 ** decimals).toFixed(decimals)),
);

describe('numbers read from bytes', () => {
  it('are what the engine reads, to the last bit, and end where they end', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom('', ',', '}', ']', ' ', '\n'), (text, behind) => {
        const expected = parsed(text);
        const end = read(text, behind);
        if (expected === undefined) {
          // What follows a number that ends earlier is refused by whoever reads on.
          expect(end === 0 || (end < text.length + 1 && parsed(text.slice(0, end - 1)) !== undefined)).toBe(true);
          return;
        }
        expect(end).toBe(text.length + 1);
        expect(sut.value).toBe(expected);
        if (sut.isCanonical) expect(JSON.stringify(sut.value)).toBe(text);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    '0',
    '7',
    '-40',
    '21.5',
    '-0.25',
    '0.000001',
    '123456789',
    '1777636800123',
    '-1777636800123',
    '48.137154',
    '48.137154321',
    '999999999999999',
  ])('can be written down again as they stand: %s', (text) => {
    expect(read(text, ',')).toBe(text.length + 1);
    expect([sut.value, sut.isCanonical]).toEqual([Number(text), true]);
  });

  it.each(['-0', '-0.0', '0.0', '1.50', '0.0000001', '1e3', '1E400', '12345678901234567890', '0.1234567890123456789'])(
    'must be written anew: %s',
    (text) => {
      expect(read(text, ',')).toBe(text.length + 1);
      expect([sut.value, sut.isCanonical]).toEqual([Number(text), false]);
    },
  );

  it.each(['', '-', '+1', '.5', '01', '-01', '00', '0123456789', '1.', '1.e5', '1e', '1e+', '1234567890.', 'NaN', 'Infinity', '"1"'])(
    'are not there: %s',
    (text) => {
      expect(read(text, ',')).toBe(0);
    },
  );
});
