import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeName, encodeName, textAsSent, textInLine } from './names.js';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', '%', ';', '"', "'", '\\', ',', '=', ' ', '\n', '\u0001') }),
);

describe('names in InfluxDB', () => {
  it('need no quotes or escapes, and are the same again', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const encoded = encodeName(name);
        expect(encoded).not.toMatch(/[\s,="'\\~\p{Surrogate}]/u);
        expect(decodeName(encoded)).toBe(name);
      }),
    );
  });

  it('stay readable where they can', () => expect(encodeName('größe.x-1_µ')).toBe('größe.x-1_µ'));
});

describe('texts in lines', () => {
  it('are the same again, also those that UTF-8 cannot hold', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const inLine = textInLine(text);
        expect(inLine).toBe(Buffer.from(inLine).toString());
        expect(inLine.replace(/\\["\\]/g, '')).not.toMatch(/["\\]/);
        expect(textAsSent(inLine.replace(/\\(["\\])/g, '$1'))).toBe(text);
      }),
    );
  });
});
