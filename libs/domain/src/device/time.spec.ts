import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, TIME_END_MS, TIME_MIN_MS } from './time.js';

const NOON = Date.UTC(2026, 4, 1, 12);

describe('the time of a reading › as ISO 8601', () => {
  it.each([
    ['2026-05-01T12:00:00Z', NOON],
    ['2026-05-01T12:00:00', NOON],
    ['2026-05-01 12:00:00Z', NOON],
    ['2026-05-01t12:00:00z', NOON],
    ['2026-05-01T12:00Z', NOON],
    ['2026-05-01T14:00+02:00', NOON],
    ['2026-05-01T14:00:00+0200', NOON],
    ['2026-05-01T14:00:00+02', NOON],
    ['2026-05-01T06:30:00-05:30', NOON],
    ['2026-05-01T12:00:00.5Z', NOON + 500],
    ['2026-05-01T12:00:00,5Z', NOON + 500],
    ['2026-05-01T12:00:00.123Z', NOON + 123],
    ['2026-05-01T12:00:00.123456Z', NOON + 123.456],
    ['2026-05-01T12:00:00.123456789Z', NOON + 123.456],
    ['2026-05-01T12:00:00.000001+00:00', NOON + 0.001],
    ['2026-05-01', Date.UTC(2026, 4, 1)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['2026-05-01T24:00:00Z', Date.UTC(2026, 4, 2)],
    ['1969-12-31T23:59:59Z', -1000],
    ['1678-01-01T00:00:00Z', TIME_MIN_MS],
    ['2261-12-31T23:59:59.999Z', TIME_END_MS - 1],
  ])('reads %s', (text, ms) => expect(parseTime(text)).toBe(ms));

  it.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-01',
    '2026-04-31',
    '2026-05-00',
    '2026-05-01T24:00:01Z',
    '2026-05-01T24:00:00.001Z',
    '2026-05-01T25:00:00Z',
    '2026-05-01T12:60:00Z',
    '2026-05-01T12:00:60Z',
    '2026-05-01T12:00:00.Z',
    '2026-05-01T12:00:00.1234567890Z',
    '2026-05-01T12:00:00+24:00',
    '2026-05-01T12:00:00+02:60',
    '2026-05-01T12:00:00+2',
    '2026-05-01T12:00:00+02:',
    '2026-05-01T12:00:00+02:0',
    '2026-05-01T12:00:00Zz',
    '2026-05-01T12:00:00 Z',
    '2026-05-01T',
    '2026-05-01T12',
    '2026-05-01T12:',
    '2026-05-01T1:00:00Z',
    '2026-05-01T12:0:00Z',
    '2026-5-1',
    '2026-05-01x',
    ' 2026-05-01',
    '2026-05-01T12:00:0٣Z',
    '1677-12-31T23:59:59Z',
    '2262-01-01T00:00:00Z',
    '2262-01-01T00:00:00+00:01x',
    '0000-01-01',
    '9999-12-31',
    'yesterday',
    '',
    ' ',
    'null',
    '-2026-05-01',
    '20260501T120000Z',
    '12:00:00',
  ])('refuses %j', (text) => expect(parseTime(text)).toBeUndefined());

  it('reads every instant that Date writes, in any zone', () => {
    const zone = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(fc.integer({ min: TIME_MIN_MS + 86_400_000, max: TIME_END_MS - 86_400_000 }), zone, (ms, east) => {
        const local = new Date(ms + east * 60_000).toISOString().slice(0, -1);
        const two = (n: number): string => String(n).padStart(2, '0');
        const offset = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
        expect(parseTime(new Date(ms).toISOString())).toBe(ms);
        expect(parseTime(local + offset)).toBe(ms);
      }),
    );
  });

  it('never throws, and never gives a time out of bounds, for any text', () => {
    const digits = fc.stringMatching(/^[-0-9T:.Z+ ]{0,32}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), (text) => {
        const time = parseTime(text);
        expect(time === undefined || (time >= TIME_MIN_MS && time < TIME_END_MS)).toBe(true);
      }),
    );
  });
});

describe('the time of a reading › as a number', () => {
  it.each<[string, unknown, number]>([
    ['seconds', 1_777_636_800, NOON],
    ['seconds with a fraction', 1_777_636_800.123, NOON + 123],
    ['milliseconds', NOON, NOON],
    ['milliseconds with microseconds', NOON + 0.125, NOON + 0.125],
    ['microseconds', NOON * 1e3 + 456, NOON + 0.456],
    ['nanoseconds', NOON * 1e6, NOON],
    ['seconds as text', '1777636800', NOON],
    ['seconds with a fraction as text', '1777636800.123', NOON + 123],
    ['milliseconds as text', String(NOON), NOON],
    ['microseconds as text', '1777636800123456', NOON + 123.456],
    ['nanoseconds as text, to the microsecond', '1777636800123456789', NOON + 123.456],
    ['the beginning', 0, 0],
    ['a minute later', 60, 60_000],
    ['text with zeros before it', '0001777636800', NOON],
  ])('reads %s', (_, sent, ms) => expect(parseTime(sent)).toBe(ms));

  it.each([
    -1,
    -0.001,
    Number.NaN,
    Infinity,
    -Infinity,
    1e10,
    5e10,
    TIME_END_MS,
    9.3e18,
    1e300,
    '-1',
    '1e12',
    '0x10',
    '1.',
    '.5',
    '+1',
    '99999999999999999999',
    '9'.repeat(400),
    true,
    null,
    undefined,
    {},
    [],
    [0],
  ])('refuses %j', (sent) => expect(parseTime(sent)).toBeUndefined());

  it('gives at most three decimals', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9.2e18, noNaN: true }), (sent) => {
        const time = parseTime(sent);
        if (time !== undefined) expect(time).toBe(Number(time.toFixed(3)));
      }),
    );
  });
});
