/** Times of a column: what is understood, and what is asked about rather than guessed. */
import { describe, expect, it } from 'vitest';
import { recogniseTimes } from './times.js';

const read = (samples: (string | number)[], options: { tz?: string; format?: string } = {}) => {
  const times = recogniseTimes('when', samples, { tz: 'UTC', ...options });
  return samples.map((sample) => times.read(sample));
};

describe('recogniseTimes', () => {
  it.each<[string, string | number, string, string | number]>([
    ['a date', '2012-01-01', 'UTC', '2012-01-01T00:00:00.000Z'],
    ['a date in a zone', '2012-07-01', 'America/Los_Angeles', '2012-07-01T07:00:00.000Z'],
    ['ISO without a zone', '2010-01-01T01:00:00', 'Europe/Vienna', '2010-01-01T00:00:00.000Z'],
    ['ISO with a zone, digit for digit', '2026-05-01T12:00:00.123456+02:00', 'UTC', '2026-05-01T12:00:00.123456+02:00'],
    ['SQL', '2026-05-01 12:30:00', 'UTC', '2026-05-01T12:30:00.000Z'],
    ['slashes, year first', '2012/01/02', 'UTC', '2012-01-02T00:00:00.000Z'],
    ['slashes with a time', '2015/01/01 04:00:00', 'UTC', '2015-01-01T04:00:00.000Z'],
    ['a month in letters', 'Jan 1 2000', 'UTC', '2000-01-01T00:00:00.000Z'],
    ['a day before a month in letters', '2 Feb 2001', 'UTC', '2001-02-02T00:00:00.000Z'],
    ['a year', '1880', 'UTC', '1880-01-01T00:00:00.000Z'],
    ['milliseconds', 1517966773840, 'UTC', 1517966773840],
    ['seconds as text', '1517966773', 'UTC', 1517966773],
  ])('understands %s', (_, sample, tz, expected) => {
    expect(read([sample], { tz })).toEqual([expected]);
  });

  it('asks whether day or month comes first', () => {
    expect(() => read(['01/02/2012'])).toThrow('Say --time-format dd/MM/yyyy or --time-format MM/dd/yyyy. Both can be meant.');
    expect(() => read(['01/02/2012', '13/02/2012'])).toThrow('It looks like dd/MM/yyyy.');
    expect(() => read(['01/02/12', '01/13/12'])).toThrow('It looks like MM/dd/yy.');
  });

  it('follows the form it is told', () => {
    expect(read(['01/02/2012'], { format: 'dd/MM/yyyy' })).toEqual(['2012-02-01T00:00:00.000Z']);
    expect(() => read(['2012'], { format: 'dd/MM/yyyy' })).toThrow('does not fit the first time');
  });

  it('does not take eight digits for seconds', () => {
    expect(() => read(['20120131'])).toThrow('yyyyMMdd');
  });

  it('passes on what does not fit, so that the server keeps it with its verdict', () => {
    const times = recogniseTimes('when', ['2012-01-01'], { tz: 'UTC' });
    expect([times.read('yesterday'), times.read('2012-02-30'), times.read(null)]).toEqual(['yesterday', '2012-02-30', '']);
  });

  it('refuses zones and forms it does not know', () => {
    expect(() => read(['2012-01-01'], { tz: 'Mars/Olympus' })).toThrow('is not a time zone');
    expect(() => read(['soon'])).toThrow('say their form with --time-format');
  });
});
