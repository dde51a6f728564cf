import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asWritten, storable } from './text.js';

describe('text in a database', () => {
  it.each(['', 'Ångström 🌡️', '{"a":"\\u0000"}'])('is stored as it is where any database can: %j', (text) => {
    expect(storable(text)).toBe(text);
  });

  it('comes back as it was written, whatever it holds, and holds nothing a database refuses', () => {
    const odd = fc.string({ unit: fc.constantFrom('\0', '\ud800', '\udc00', '\ufdd0', '0', 'f', 'd', 'ü', '🌡') });
    fc.assert(
      fc.property(odd, (text) => {
        const stored = storable(text);
        expect(stored).not.toMatch(/\0|\p{Surrogate}/u);
        expect(asWritten(stored)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});
