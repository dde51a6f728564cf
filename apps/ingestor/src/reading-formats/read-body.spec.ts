import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadingFormat } from '#contracts';
import { locateJsonError } from './json-place.js';
import { readBody } from './read-body.js';

const NOW = 1_770_000_000_000;
const read = (format: ReadingFormat, body: string | Uint8Array, readingsMax = 10) =>
  readBody(format, typeof body === 'string' ? Buffer.from(body) : body, { readingsMax, now: NOW });

describe('a JSON body', () => {
  it.each([
    ['one reading', '{"t":1}', [{ t: 1 }]],
    ['one reading with values', '{"seq":1,"values":{"t":1}}', [{ seq: 1, values: { t: 1 } }]],
    ['an array', '[{"t":1},{"t":2}]', [{ t: 1 }, { t: 2 }]],
    ['an array with what is no reading', '[1]', [1]],
    ['a byte order mark', '\ufeff{"t":1}', [{ t: 1 }]],
    [
      'a sequence number above 2^53',
      '[{"seq": 18446744073709551615,"t":"\\"seq\\": 18446744073709551615,"}]',
      [{ seq: '18446744073709551615', t: '"seq": 18446744073709551615,' }],
    ],
    ['a number of megabytes for a sequence number', `{"seq": ${'9'.repeat(8_000_000)}}`, [{ seq: Infinity }]],
    ['spaces around it', ' \n[ {"t":1} ]\n', [{ t: 1 }]],
  ])('may be %s', (_, body, readings) => {
    expect(read('json', body)).toEqual({ readings });
  });

  it.each([
    ['', 'request.bad-json', 'empty'],
    ['{"t":1', 'request.bad-json', 'ends too early at line 1, column 7'],
    ['[{"t":1},\n{"t":x}]', 'request.bad-json', '"x" at line 2, column 6'],
    ['[{"t":1,}]', 'request.bad-json', '"}" at line 1, column 9'],
    ['{"t":1} {', 'request.bad-json', '"{" at line 1, column 9'],
    ['{"t":NaN}', 'request.bad-json', '"N" at line 1, column 6'],
    ['1', 'readings.not-readings', 'a number'],
    ['null', 'readings.not-readings', 'null'],
    ['"text"', 'readings.not-readings', 'a string'],
    ['[]', 'readings.empty', 'no reading'],
    ['['.repeat(100_000), 'request.too-deep', 'levels'],
    ['['.repeat(100) + ']'.repeat(100), 'request.too-deep', 'levels'],
    ['[1,2,3,4,5,6,7,8,9,10,11]', 'request.too-many-readings', '10'],
    [`{${Array.from({ length: 30_000 }, (_, i) => `"n${i}":1`).join()}}`, 'request.too-many-names', '20000 different member names'],
  ])('is refused where it is %s', (body, code, message) => {
    const refused = read('json', body);
    expect(refused).toMatchObject({ code });
    expect((refused as { message: string }).message).toContain(message);
  });

  it('is refused where it is not UTF-8', () => {
    expect(read('json', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))).toMatchObject({ code: 'request.bad-encoding' });
    expect(read('csv', Uint8Array.of(0xc3, 0x28))).toMatchObject({ code: 'request.bad-encoding' });
  });

  it('cannot change what other objects inherit', () => {
    const parsed = read('json', '{"__proto__":{"polluted":1},"__proto__":{"polluted":2},"t":1}') as { readings: Record<string, unknown>[] };
    expect(Object.keys(parsed.readings[0]!)).toEqual(['__proto__', 't']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('does not blow the stack, however deep it is', () => {
    const deep = '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000);
    expect(read('json', deep)).toHaveProperty('readings');
    expect(read('json', '{"a":'.repeat(200_000))).toMatchObject({ code: 'request.bad-json' });
  });
});

describe('the place of an error in JSON', () => {
  it('is never found in JSON', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(locateJsonError(json)).toBe(json.length);
      }),
    );
  });

  it('is within the text where something is wrong', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 2 }), fc.nat(), fc.constantFrom('§', '}', ']', ','), (json, at, wrong) => {
        const broken = json.slice(0, at % (json.length + 1)) + wrong + json.slice(at % (json.length + 1));
        try {
          JSON.parse(broken);
        } catch {
          const place = locateJsonError(broken)!;
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(broken.length);
        }
      }),
    );
  });
});

describe('an NDJSON body', () => {
  it('holds a reading a line', () => {
    expect(read('ndjson', '{"t":1}\r\n\n{"t":2}\n')).toEqual({ readings: [{ t: 1 }, { t: 2 }] });
    expect(read('ndjson', '\ufeff{"t":1}')).toEqual({ readings: [{ t: 1 }] });
  });

  it.each([
    ['{"t":1}\n{"t":', 'request.bad-json', 'line 2, column 6'],
    ['{"t":1}],[{"t":2}', 'request.bad-json', 'line 1, column 8'],
    ['\n \n', 'readings.empty', 'no reading'],
    ['{}\n'.repeat(11), 'request.too-many-readings', '10'],
  ])('is refused where it is %j', (body, code, message) => {
    const refused = read('ndjson', body);
    expect(refused).toMatchObject({ code });
    expect((refused as { message: string }).message).toContain(message);
  });
});

describe('a CSV body', () => {
  const rows = [
    { time: '2026-05-01T12:00:00Z', seq: '1', t: '21.5' },
    { time: '2026-05-01T12:00:01Z', seq: '2' },
  ];
  it.each([
    ['plain', 'time,seq,t\n2026-05-01T12:00:00Z,1,21.5\n2026-05-01T12:00:01Z,2,\n'],
    ['from a spreadsheet', '\ufefftime;seq;t\r\n2026-05-01T12:00:00Z;1;21.5\r\n2026-05-01T12:00:01Z;2;\r\n'],
    ['with tabs', 'time\tseq\tt\n2026-05-01T12:00:00Z\t1\t21.5\n\n2026-05-01T12:00:01Z\t2\t'],
    ['quoted', '"time","seq","t"\n"2026-05-01T12:00:00Z","1","21.5"\n"2026-05-01T12:00:01Z",2,""\n'],
  ])('is read as text, empty cells as no value: %s', (_, body) => {
    expect(read('csv', body)).toEqual({ readings: rows, textual: true });
  });

  it('keeps what stands between quotes', () => {
    expect(read('csv', 'note,t\n"a ""b"", c\nd",1\n')).toEqual({ readings: [{ note: 'a "b", c\nd', t: '1' }], textual: true });
  });

  it.each([
    ['', 'readings.empty', 'no reading'],
    ['time,t\n', 'readings.empty', 'no reading'],
    ['1,2\n3,4\n', 'request.bad-csv', 'line 1 holds numbers'],
    ['time,t\n1,2\n3', 'request.bad-csv', 'line 3 has 1 cells, the header has 2'],
    ['time,t\n1,2,3\n', 'request.bad-csv', 'line 2 has 3 cells'],
    ['time,t,t\n1,2,3\n', 'request.bad-csv', '"t" twice'],
    ['time,,t\n1,2,3\n', 'request.bad-csv', 'column 2 no name'],
    ['time,__proto__\n1,2\n', 'request.bad-csv', '__proto__'],
    ['time,"t\n1,2\n', 'request.bad-csv', 'Quote'],
    ['t\n' + '1\n'.repeat(11), 'request.too-many-readings', '10'],
  ])('is refused where it is %j', (body, code, message) => {
    const refused = read('csv', body);
    expect(refused).toMatchObject({ code });
    expect((refused as { message: string }).message).toContain(message);
  });

  const header = (columns: number): string => Array.from({ length: columns }, (_, i) => `c${i}`).join();

  it('is refused where its columns or its cells are more than any readings have', () => {
    const wide = `${header(500_000)}\n${'1,'.repeat(499_999)}1`;
    expect(read('csv', wide)).toMatchObject({ code: 'request.too-many-names', message: expect.stringContaining('500000 columns') });
    const empty = `${header(20_000)}\n${(','.repeat(19_999) + '\n').repeat(101)}`;
    expect(read('csv', empty, 10_000)).toMatchObject({ code: 'request.too-many-cells', details: { limit: 2_000_000 } });
  });
});

describe('a SenML body', () => {
  it('resolves base values, and makes one reading of what has one time', () => {
    const pack = [
      { bn: 'urn:dev:ow:10e2073a0108006:', bt: 1.276020076001e9, bu: 'A', bver: 5, n: 'voltage', u: 'V', v: 120.1 },
      { n: 'current', t: -5, v: 1.2 },
      { n: 'current', t: -4, v: 1.3 },
      { n: 'state', t: -5, vs: 'ok' },
      { n: 'open', vb: false },
    ];
    expect(read('senml', JSON.stringify(pack))).toEqual({
      readings: [
        { time: 1_276_020_076_001, voltage: 120.1, open: false },
        { time: 1_276_020_071_001, current: 1.2, state: 'ok' },
        { time: 1_276_020_072_001, current: 1.3 },
      ],
    });
  });

  it('counts small times from now, and no time as now', () => {
    expect(read('senml', '[{"n":"t","v":1},{"n":"t","t":-60,"v":2}]')).toEqual({
      readings: [
        { time: NOW, t: 1 },
        { time: NOW - 60_000, t: 2 },
      ],
    });
  });

  it('keeps two values of one field at one time as two readings', () => {
    expect(read('senml', '[{"n":"t","v":1},{"n":"t","v":2},{"n":"u","v":3}]')).toEqual({
      readings: [
        { time: NOW, t: 1 },
        { time: NOW, t: 2, u: 3 },
      ],
    });
  });

  it('adds base value and sum, names a lone value by its base, and puts parts together', () => {
    expect(read('senml', '[{"bn":"urn:dev:ow:1:temp","bv":20,"v":1.5}]')).toEqual({ readings: [{ time: NOW, temp: 21.5 }] });
    expect(read('senml', '[{"n":"energy","bs":10,"s":5}]')).toEqual({ readings: [{ time: NOW, energy: 15 }] });
    expect(read('senml', '[{"n":"p.lat","v":48.1},{"n":"p.lon","v":11.5}]')).toEqual({
      readings: [{ time: NOW, p: { lat: 48.1, lon: 11.5 } }],
    });
  });

  it.each([
    ['{}', 'readings.not-readings', 'array'],
    ['[1]', 'readings.not-readings', 'record 0 is not an object'],
    ['[{"v":1}]', 'readings.not-readings', 'record 0 has no name'],
    ['[{"n":"t","v":1},{"n":5,"v":1}]', 'readings.not-readings', 'record 1 has a name'],
    ['[{"n":"t","v":1,"t":"x"}]', 'readings.not-readings', 'time'],
    ['[{"n":"t","v":1,"bt":"x"}]', 'readings.not-readings', 'bt'],
    ['[{"n":"t","v":1,"bver":11}]', 'readings.not-readings', 'version'],
    ['[{"n":"t","v":1,"new_":1}]', 'readings.not-readings', 'new_'],
    ['[{"bn":"x"}]', 'readings.empty', 'no reading'],
    [`[{"bn":"${'a:'.repeat(600)}","v":1}]`, 'readings.not-readings', 'more than 1024 characters'],
    [`[${Array.from({ length: 11 }, (_, t) => `{"n":"a","v":1,"t":${t}}`).join()}]`, 'request.too-many-readings', '10'],
    ['[{', 'request.bad-json', 'early'],
  ])('is refused where it is %j', (body, code, message) => {
    const refused = read('senml', body);
    expect(refused).toMatchObject({ code });
    expect((refused as { message: string }).message).toContain(message);
  });

  it('harms nothing with the names it uses', () => {
    const parsed = read('senml', '[{"n":"__proto__.polluted","v":1},{"n":"__proto__","v":2}]') as { readings: object[] };
    expect(Object.getPrototypeOf(parsed.readings[0])).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
