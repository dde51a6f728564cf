import fc from 'fast-check';
import { DateTime, IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import { formatEvery, parseEvery, UNIT_MS, type Every } from './every.js';
import { countWindows, windowIndex, windowRuns, windowStarts } from './windows.js';

const at = (iso: string): number => DateTime.fromISO(iso, { zone: 'UTC' }).toMillis();
const every = (text: string): Every => parseEvery(text)!;
const local = (from: string, to: string, length: string, zone: string): string[] =>
  [...windowStarts(DateTime.fromISO(from, { zone }).toMillis(), DateTime.fromISO(to, { zone }).toMillis(), every(length), zone)].map(
    (start) => DateTime.fromMillis(start, { zone }).toFormat('MM-dd HH:mm ZZ'),
  );

describe('lengths of windows', () => {
  it('reads and writes what people write', () => {
    expect(parseEvery('5m')).toEqual({ count: 5, unit: 'm' });
    expect(['1s', '250ms', '1h', '7d', '2w', '1mo', '10y'].map((text) => formatEvery(every(text)))).toEqual([
      '1s',
      '250ms',
      '1h',
      '7d',
      '2w',
      '1mo',
      '10y',
    ]);
  });

  it('refuses what is no length', () => {
    for (const text of ['', 'm', '0s', '-1h', '1.5h', '1 h', '01h', '1M', '1month', '1e3s', '9999999999s'])
      expect(parseEvery(text)).toBeUndefined();
  });
});

describe('windows in UTC', () => {
  it('begin at or before `from`, aligned to the epoch', () => {
    const starts = windowStarts(at('2026-05-01T00:03:00'), at('2026-05-01T00:15:00'), every('5m'));
    expect([...starts]).toEqual([at('2026-05-01T00:00:00'), at('2026-05-01T00:05:00'), at('2026-05-01T00:10:00')]);
  });

  it('begin on the weekday of the epoch, on Mondays where a zone is named, on first days of months and of years', () => {
    const from = at('2026-05-01T12:00:00');
    expect(windowStarts(from, from + 1, every('1w'))).toEqual(Float64Array.of(at('2026-04-30T00:00:00')));
    expect(windowStarts(from, from + 1, every('1w'), 'UTC')).toEqual(Float64Array.of(at('2026-04-27T00:00:00')));
    expect(windowStarts(from, from + 1, every('1mo'))).toEqual(Float64Array.of(at('2026-05-01T00:00:00')));
    expect(windowStarts(from, from + 1, every('3mo'))).toEqual(Float64Array.of(at('2026-04-01T00:00:00')));
    expect(windowStarts(from, from + 1, every('1y'))).toEqual(Float64Array.of(at('2026-01-01T00:00:00')));
    expect(windowStarts(from, from + 1, every('10y'))).toEqual(Float64Array.of(at('2020-01-01T00:00:00')));
  });

  it('reach back before 1970', () => {
    expect([...windowStarts(at('1969-12-31T23:30:00'), at('1970-01-01T01:00:00'), every('1h'))]).toEqual([-3_600_000, 0]);
  });

  it('are none for an empty range', () => expect(countWindows(5, 5, every('1s'))).toBe(0));
});

describe('windows on a local clock', () => {
  it('make a day of 23 hours and one of 25', () => {
    expect(local('2024-03-31', '2024-04-01', '1h', 'Europe/Berlin')).toHaveLength(23);
    expect(local('2024-10-27', '2024-10-28', '1h', 'Europe/Berlin')).toHaveLength(25);
    expect(local('2024-10-27', '2024-10-28', '1d', 'Europe/Berlin')).toEqual(['10-27 00:00 +02:00']);
    const [first, second] = windowStarts(at('2024-10-26T22:00:00'), at('2024-10-28T22:00:00'), every('1d'), 'Europe/Berlin');
    expect(second! - first!).toBe(25 * UNIT_MS.h);
  });

  it('tell the repeated hour of autumn apart', () => {
    expect(local('2024-10-27T01:00', '2024-10-27T04:00', '1h', 'Europe/Berlin')).toEqual([
      '10-27 01:00 +02:00',
      '10-27 02:00 +02:00',
      '10-27 02:00 +01:00',
      '10-27 03:00 +01:00',
    ]);
  });

  it('keep longer windows whole over the repeated hour', () => {
    expect(local('2024-10-27', '2024-10-28', '6h', 'Europe/Berlin')).toEqual([
      '10-27 00:00 +02:00',
      '10-27 06:00 +01:00',
      '10-27 12:00 +01:00',
      '10-27 18:00 +01:00',
    ]);
  });

  it('skip the hour that spring leaves out', () => {
    expect(local('2024-03-31T01:00', '2024-03-31T05:00', '1h', 'Europe/Berlin')).toEqual([
      '03-31 01:00 +01:00',
      '03-31 03:00 +02:00',
      '03-31 04:00 +02:00',
    ]);
    expect(local('2024-03-31T00:00', '2024-03-31T06:00', '2h', 'Europe/Berlin')).toEqual([
      '03-31 00:00 +01:00',
      '03-31 03:00 +02:00',
      '03-31 04:00 +02:00',
    ]);
  });

  it('begin a day at one o’clock where midnight does not exist', () => {
    expect(local('2017-10-14', '2017-10-17', '1d', 'America/Sao_Paulo')).toEqual([
      '10-14 00:00 -03:00',
      '10-15 01:00 -02:00',
      '10-16 00:00 -02:00',
    ]);
    expect(local('2024-03-30', '2024-04-01T12:00', '1d', 'Asia/Beirut')).toEqual([
      '03-30 00:00 +02:00',
      '03-31 01:00 +03:00',
      '04-01 00:00 +03:00',
    ]);
  });

  it('give the day before a repeated last hour 25 hours', () => {
    expect(local('2018-02-17', '2018-02-19', '1d', 'America/Sao_Paulo')).toEqual(['02-17 00:00 -02:00', '02-18 00:00 -03:00']);
    expect(local('2018-02-17', '2018-02-18', '1h', 'America/Sao_Paulo')).toHaveLength(25);
  });

  it('follow zones at half hours, and changes by half an hour', () => {
    expect(windowStarts(at('2026-05-01T00:00:00'), at('2026-05-01T00:31:00'), every('1h'), 'Asia/Kolkata')).toEqual(
      Float64Array.of(at('2026-04-30T23:30:00'), at('2026-05-01T00:30:00')),
    );
    expect(local('2024-04-07T01:00', '2024-04-07T03:00', '1h', 'Australia/Lord_Howe')).toEqual([
      '04-07 01:00 +11:00',
      '04-07 02:00 +10:30',
    ]);
    expect(local('2024-04-07T01:00', '2024-04-07T02:30', '30m', 'Australia/Lord_Howe')).toEqual([
      '04-07 01:00 +11:00',
      '04-07 01:30 +11:00',
      '04-07 01:30 +10:30',
      '04-07 02:00 +10:30',
    ]);
  });

  it('leave out a day that never was', () => {
    expect(local('2011-12-29', '2012-01-01', '1d', 'Pacific/Apia').map((text) => text.slice(0, 5))).toEqual(['12-29', '12-31']);
  });

  it('keep the mean time of a place before there were zones', () => {
    // Paris was 9 minutes and 21 seconds ahead of Greenwich.
    const ahead = 561_000;
    const starts = windowStarts(at('1678-01-01'), at('1678-01-03'), every('1d'), 'Europe/Paris');
    expect([...starts]).toEqual(['1678-01-01', '1678-01-02', '1678-01-03'].map((day) => at(day) - ahead));
  });

  it.each(['99999y', '999999mo', '99999d', '99999999d'])('may be as long as %s in any zone', (length) => {
    for (const zone of ['Asia/Tokyo', 'Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo']) {
      const starts = windowStarts(at('2026-01-01'), at('2026-05-01'), every(length), zone);
      expect(starts.length, zone).toBe(1);
      expect(starts[0], zone).toBeLessThanOrEqual(at('2026-01-01'));
    }
  });

  it('refuse an unknown zone', () => expect(() => windowStarts(0, 1, every('1d'), 'Mars/Olympus')).toThrow(RangeError));
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/New_York',
];
const UNITS = ['ms', 's', 'm', 'h', 'd', 'w', 'mo', 'y'] as const;
const ranges = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    every: fc.record({ unit: fc.constantFrom(...UNITS), count: fc.integer({ min: 1, max: 12 }) }),
    from: fc.integer({ min: at('1985-01-01'), max: at('2030-01-01') }),
    windows: fc.integer({ min: 1, max: 200 }),
  })
  .map(({ zone, every, from, windows }) => ({
    zone,
    every,
    from,
    to: Math.min(at('2040-01-01'), from + windows * every.count * { ...UNIT_MS, mo: 30 * UNIT_MS.d, y: 365 * UNIT_MS.d }[every.unit]),
  }));

describe('windows of any length, range and zone', () => {
  it('cover the range, ascend, and number each instant', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 0.9999, noNaN: true }), ({ zone, every, from, to }, share) => {
        const starts = windowStarts(from, to, every, zone);
        expect(starts[0]).toBeLessThanOrEqual(from);
        expect(starts.at(-1)).toBeLessThan(to);
        expect(starts.every((start, i) => i === 0 || start > starts[i - 1]!)).toBe(true);
        expect(countWindows(from, to, every, zone)).toBe(starts.length);
        const instant = from + share * (to - from);
        expect(windowIndex(windowRuns(from, to, every, zone), instant)).toBe(starts.findLastIndex((start) => start <= instant));
      }),
      { numRuns: 300 },
    );
  });

  it('do not depend on where the range begins', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 0.99, noNaN: true }), ({ zone, every, from, to }, share) => {
        const whole = windowStarts(from, to, every, zone);
        const later = Math.floor(from + share * (to - from));
        expect(windowStarts(later, to, every, zone)).toEqual(whole.slice(whole.findLastIndex((start) => start <= later)));
      }),
      { numRuns: 300 },
    );
  });

  it('begin where the calendar of another library has the day, week, month and year begin', () => {
    const units = fc.constantFrom(['d', 'day'] as const, ['w', 'week'] as const, ['mo', 'month'] as const, ['y', 'year'] as const);
    // Where midnight occurs twice, that library does not say which one it takes.
    const zones = fc.constantFrom(...ZONES.filter((zone) => zone !== 'America/St_Johns'));
    fc.assert(
      fc.property(units, zones, fc.integer({ min: at('1990-01-01'), max: at('2030-01-01') }), ([unit, name], zone, instant) => {
        const [start] = windowStarts(instant, instant + 1, { count: 1, unit }, zone);
        expect(start).toBe(DateTime.fromMillis(instant, { zone }).startOf(name).toMillis());
      }),
      { numRuns: 500 },
    );
  });

  it('begin on the local grid, or where a clock jumped over it', () => {
    const sizes = fc.constantFrom(UNIT_MS.m, 15 * UNIT_MS.m, UNIT_MS.h, 6 * UNIT_MS.h);
    fc.assert(
      fc.property(sizes, fc.constantFrom(...ZONES), fc.integer({ min: at('1990-01-01'), max: at('2030-01-01') }), (size, zone, from) => {
        const offset = (time: number): number => IANAZone.create(zone).offset(time) * 60_000;
        for (const start of windowStarts(from, from + 40 * size, { count: size, unit: 'ms' }, zone)) {
          expect((start + offset(start)) % size === 0 || offset(start) > offset(start - 1)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
