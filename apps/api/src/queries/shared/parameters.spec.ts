import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listOf } from './parameters.js';

const list = (fields: string) => listOf({ fields }, 'fields');

describe('a list in a parameter', () => {
  it('has its entries between commas, each once, without the spaces around', () => {
    expect(list('a, b ,a,5" pipe')).toEqual(['a', 'b', '5" pipe']);
    expect(list('')).toBeUndefined();
  });

  it('has one entry in quotes, whatever it holds', () => {
    expect(list('"x,y",a')).toEqual(['x,y', 'a']);
    expect(list(' " b" , "say ""hi""" ')).toEqual([' b', 'say "hi"']);
    const name = fc.string({ unit: fc.constantFrom('a', ',', '"', ' '), minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
        expect(list(names.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))).toEqual(names);
      }),
    );
  });

  it('takes a quote that does not close for itself', () => {
    expect(list('"odd,b')).toEqual(['"odd', 'b']);
    expect(list('"a"b')).toEqual(['"a"b']);
  });

  it.each([',', 'a,', 'a,,b', '""', ' '])('refuses an empty entry: %j', (text) => {
    expect(() => list(text)).toThrow();
  });
});
