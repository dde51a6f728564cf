import { describe, expect, it } from 'vitest';
import { bytesText, counted, countText, formatNumber, positionText, tickText } from './number-text.js';

/** With spaces that can be typed. */
const typed = (text: string): string => text.replaceAll('\u00a0', ' ');

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
    [2_012, undefined, '2012'],
    [40_000, undefined, '40 000'],
    [-40_000.5, 1, '−40 000.5'],
    [-0.2, 0, '0'],
    [0, undefined, '0'],
    [NaN, undefined, '–'],
  ])('%d with precision %s is %s', (value, precision, text) => expect(typed(formatNumber(value, precision))).toBe(text));

  it('are parted alike, whatever they count', () => {
    const texts = [40_000, 4_000].map((value) => [
      formatNumber(value),
      countText(value),
      positionText(String(value)),
      tickText(value, 1_000),
    ]);
    expect(texts.map((each) => [...new Set(each)].map(typed))).toEqual([['40 000'], ['4000']]);
    expect(typed(countText(1_234_567.8))).toBe('1 234 568');
    expect(typed(positionText('12345678901234567890'))).toBe('12 345 678 901 234 567 890');
    expect([0, 999, 3_400, 1_200_000].map(bytesText)).toEqual(['0 B', '999 B', '3.4 kB', '1.2 MB']);
  });

  it('never part at the end of a line', () => expect(formatNumber(40_000)).toBe('40\u00a0000'));

  it('count in the singular and the plural', () => {
    const texts = [counted(1, 'reading'), counted(0, 'reading'), counted(56_480, 'row'), counted(2, 'analysis', 'analyses')];
    expect(texts.map(typed)).toEqual(['1 reading', '0 readings', '56 480 rows', '2 analyses']);
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
    [
      [8_000, 10_000],
      ['8000', '10 000'],
    ],
  ])('%j are told from one another', (values, texts) => {
    const step = (values[1] ?? NaN) - (values[0] ?? NaN);
    expect(values.map((value) => typed(tickText(value, step)))).toEqual(texts);
  });
});
