import { describe, expect, it } from 'vitest';
import { reading } from './detector.js';

describe('a reading in words', () => {
  it.each([
    [21.333333333333332, undefined, '21.3333'],
    [-0.000123456789, undefined, '-0.000123457'],
    [13_429_000.25, undefined, '13429000'],
    [0, undefined, '0'],
    [31.200000000000003, 22.51234567891, '31.2'],
    [22.51234567891, 31.200000000000003, '22.51'],
    [735_988.199123, 13_429_000, '735988'],
    [1_000_000_000.12345, 1_000_000_000.00001, '1000000000.123'],
    [7, 7, '7'],
    [1e300, -1e300, '1e+300'],
    [Number.NaN, 1, 'NaN'],
  ])('%d beside %d is %s', (value, beside, text) => {
    expect(reading(value, beside)).toBe(text);
  });
});
