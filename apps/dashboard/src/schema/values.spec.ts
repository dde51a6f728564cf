import { describe, expect, it } from 'vitest';
import { counted, formatNumber, tickText } from './values.js';

describe('numbers as a person reads them', () => {
  it.each([
    [1_518_000_020_993, undefined, '1 518 000 020 993'],
    [-123_456_789, undefined, '−123 456 789'],
    [1_518_000_020_993, 1, '1 518 000 020 993.0'],
    [1_518_000_020_993.4, undefined, '1 518 000 020 993'],
    [12_345_678.25, undefined, '12 345 678'],
    [2 ** 53, undefined, '9.007 × 10¹⁵'],
    [1.5e-12, undefined, '1.5 × 10⁻¹²'],
    [12.345678912, undefined, '12.34568'],
    [0.1 + 0.2, undefined, '0.3'],
    [5, 2, '5.00'],
    [0, undefined, '0'],
    [NaN, undefined, '–'],
  ])('%d with precision %s is %s', (value, precision, text) => expect(formatNumber(value, precision)).toBe(text));

  it('count in the singular and the plural', () => {
    expect([counted(1, 'reading'), counted(0, 'reading'), counted(5_648, 'row')]).toEqual(['1 reading', '0 readings', '5\u00a0648 rows']);
  });
});

describe('marks of an axis', () => {
  it.each([
    [
      [1_518_000_005_000, 1_518_000_010_000],
      ['1 518 000 005 000', '1 518 000 010 000'],
    ],
    [
      [1e15, 1.5e15],
      ['1 × 10¹⁵', '1.5 × 10¹⁵'],
    ],
    [
      [12_345_678.25, 12_345_678.5],
      ['12 345 678.25', '12 345 678.50'],
    ],
    [
      [0, 0.5, 1],
      ['0', '0.5', '1'],
    ],
    [[40_000], ['40000']],
  ])('%j are told from one another', (values, texts) => {
    const step = (values[1] ?? NaN) - (values[0] ?? NaN);
    expect(values.map((value) => tickText(value, step))).toEqual(texts);
  });
});
