import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from './decompress.js';
import { splitByDevice } from './many-devices.js';
import { encodingOf, formatOf, MANY_DEVICES_TYPES } from './reading-format.js';

const manyNames = (each = (name: string) => `{${name}}`) => Array.from({ length: 30_000 }, (_, i) => each(`"n${i}":1`));
const bytes = (text: string) => Buffer.from(text);
const split = (text: string, format: 'json' | 'ndjson' = 'json', max = 100) =>
  Object.fromEntries(
    [...splitByDevice(bytes(text), format, max)].map(([name, part]) => [name, { text: part.body.toString(), readings: part.readings }]),
  );

describe('content types', () => {
  it.each([
    ['application/json', 'json'],
    ['Application/JSON; charset=UTF-8', 'json'],
    ['application/x-ndjson', 'ndjson'],
    ['text/csv; header=present', 'csv'],
    ['application/senml+json', 'senml'],
  ])('%s is %s', (type, format) => expect(formatOf(type)).toBe(format));

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', ''])(
    '%s is not understood',
    (type) => {
      expect(() => formatOf(type)).toThrow(expect.objectContaining({ code: 'request.unsupported-media-type' }));
    },
  );

  it('of many devices do not include CSV', () => {
    expect(formatOf('application/x-ndjson', MANY_DEVICES_TYPES)).toBe('ndjson');
    expect(() => formatOf('text/csv', MANY_DEVICES_TYPES)).toThrow();
  });

  it('knows encodings, and names those it knows', () => {
    expect([undefined, 'identity', 'GZIP', 'x-gzip', 'br'].map(encodingOf)).toEqual(['identity', 'identity', 'gzip', 'gzip', 'br']);
    expect(() => encodingOf('zstd')).toThrow(expect.objectContaining({ members: { accepted: expect.arrayContaining(['gzip']) } }));
  });
});

describe('compressed bodies', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('are unpacked from %s', async (encoding, pack) => {
    expect((await decompress(pack(bytes('hello')), encoding, 10)).toString()).toBe('hello');
  });

  it('are stopped at the limit while they are unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    await expect(decompress(bomb, 'gzip', 1_000)).rejects.toMatchObject({ code: 'request.too-large', members: { limit: 1_000 } });
  });

  it('are refused when cut off', async () => {
    await expect(decompress(gzipSync(bytes('hello')).subarray(0, 12), 'gzip', 100)).rejects.toMatchObject({ code: 'request.bad-encoding' });
  });
});

describe('a body for many devices', () => {
  it('is split without touching the text of the readings', () => {
    const text = '{ "d1" : [ {"t":1.0e0,"seq":18446744073709551615} , {"s":"a}],\\"{"} ], "d\\u0032":{"t":2}}';
    expect(split(text)).toEqual({
      d1: { text: ' [ {"t":1.0e0,"seq":18446744073709551615} , {"s":"a}],\\"{"} ]', readings: 2 },
      d2: { text: '{"t":2}', readings: 1 },
    });
  });

  it('is split by the deviceId of each line', () => {
    const text = '{"deviceId":"d1","t":1}\n\n{"t":2,"deviceId":"d2"}\r\n{"deviceId":"d1","t":3}';
    expect(split(text, 'ndjson')).toEqual({
      d1: { text: '{"deviceId":"d1","t":1}\n{"deviceId":"d1","t":3}\n', readings: 2 },
      d2: { text: '{"t":2,"deviceId":"d2"}\r\n', readings: 1 },
    });
  });

  it.each([
    ['[]', 'readings.not-readings'],
    ['null', 'readings.not-readings'],
    ['{}', 'readings.empty'],
    ['{"d1":[1', 'request.bad-json'],
    ['{"d1":[{t:1}]}', 'request.bad-json'],
    ['{"d1":1,"d1":2}', 'request.malformed'],
    ['['.repeat(100_000), 'request.too-deep'],
    [`{"d1":[${Array(101).fill(1).join()}]}`, 'request.too-many-readings'],
    [`{"d1":[${manyNames().join()}]}`, 'request.too-many-names'],
  ])('is refused as a whole: %.40s', (text, code) => {
    expect(() => split(text)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['{"t":1}', 'request.malformed'],
    ['{"deviceId":5}', 'request.malformed'],
    ['{"deviceId":"d1"', 'request.bad-json'],
    ['\n \n', 'readings.empty'],
    [manyNames((name) => `{"deviceId":"d1",${name}}`).join('\n'), 'request.too-many-names'],
  ])('is refused as lines: %.40s', (text, code) => {
    expect(() => split(text, 'ndjson')).toThrow(expect.objectContaining({ code }));
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => splitByDevice(Buffer.from([0x7b, 0xff, 0x7d]), 'json', 10)).toThrow(
      expect.objectContaining({ code: 'request.bad-encoding' }),
    );
  });

  it('may name a device like a property of every object', () => {
    expect(Object.keys(Object.fromEntries(splitByDevice(bytes('{"__proto__":{"t":1},"toString":{"t":2}}'), 'json', 10)))).toHaveLength(2);
  });
});
