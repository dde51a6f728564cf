import { describe, expect, it } from 'vitest';
import type { DeviceSchema } from '#contracts';
import { fromTexts } from './from-texts.js';

const schema: DeviceSchema = {
  fields: {
    t: { type: 'number' },
    n: { type: 'integer' },
    b: { type: 'boolean' },
    s: { type: 'string' },
    e: { type: 'enum', values: ['ok', ' odd '] },
    p: { type: 'location' },
    v: { type: 'vector', axes: ['x', 'y'] },
  },
};

describe('a reading of texts', () => {
  it.each<[Record<string, unknown>, unknown]>([
    [
      { t: '21.5', n: ' 7 ', time: ' 1777636800 ', seq: '9' },
      { t: 21.5, n: 7, time: '1777636800', seq: '9' },
    ],
    [{ t: '-1.5e3' }, { t: -1500 }],
    [{ t: '.5' }, { t: 0.5 }],
    [{ t: '', n: '  ', s: '' }, {}],
    [
      { t: 'NaN', n: '0x10' },
      { t: 'NaN', n: '0x10' },
    ],
    [{ b: 'true' }, { b: true }],
    [{ b: '0' }, { b: false }],
    [{ b: 'maybe' }, { b: 'maybe' }],
    [{ s: ' 12 ' }, { s: ' 12 ' }],
    [{ e: 'ok ' }, { e: 'ok' }],
    [{ e: ' odd ' }, { e: ' odd ' }],
    [{ p: '48.1 11.5' }, { p: [48.1, 11.5] }],
    [{ p: '48.1, 11.5;500' }, { p: [48.1, 11.5, 500] }],
    [{ p: '{"lat": 1, "lon": 2}' }, { p: { lat: 1, lon: 2 } }],
    [{ p: '[1,' }, { p: '[1,' }],
    [{ p: 'here' }, { p: 'here' }],
    [
      { 'p.lat': '48.1', 'p.lon': '11.5', 'v.x': '1', 'v.y': '2' },
      { p: { lat: 48.1, lon: 11.5 }, v: { x: 1, y: 2 } },
    ],
    [{ 'p.lat': '', 'p.lon': '' }, {}],
    [
      { 't.x': '1', other: '2' },
      { 't.x': '1', other: '2' },
    ],
    [{ t: 5 }, { t: 5 }],
  ])('%j is %j', (texts, reading) => expect(fromTexts(texts, schema)).toEqual(reading));

  it.each([null, 'x', [1]])('%j stays what it is', (reading) => expect(fromTexts(reading, schema)).toBe(reading));

  it('takes thousands of parts as quickly as it should', () => {
    const texts = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`v.p${i}`, '1']));
    for (let reading = 0; reading < 50; reading++) expect(Object.keys((fromTexts(texts, schema) as { v: object }).v)).toHaveLength(10_000);
  });

  it('cannot reach a prototype', () => {
    fromTexts(JSON.parse('{"__proto__": "1", "p.__proto__": "2", "constructor": "3"}'), schema);
    expect(({} as Record<string, unknown>)['lat']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
