import { describe, expect, it } from 'vitest';
import { conditionText, devicesText, firedText, lengthText, scheduleText, spanText } from './words.js';

describe('a condition in words', () => {
  it.each([
    [{ type: 'threshold', field: 't', op: '>', value: 30 }, 't > 30'],
    [{ type: 'threshold', field: 't', op: '<=', value: -3.5, clear: 0 }, 't ≤ −3.5, until > 0'],
    [{ type: 'threshold', field: 't', op: '>', value: 30, clear: 28 }, 't > 30, until ≤ 28'],
    [{ type: 'range', field: 't', min: 2, max: 8 }, 't outside 2 to 8'],
    [{ type: 'range', field: 't', min: 2 }, 't below 2'],
    [{ type: 'range', field: 't', max: 8 }, 't above 8'],
    [{ type: 'rate', field: 't', op: '>', value: 5, per: '1m' }, 't changes by > 5 per 1 min'],
    [{ type: 'geofence', field: 'p', when: 'outside', polygon: [[0, 0], [0, 1], [1, 1]] }, 'p outside an area of 3 corners'], // prettier-ignore
    [{ type: 'no-data', within: '10m' }, 'nothing arrives for 10 min'],
    [{ type: 'no-data', field: 't', within: '1w' }, 'nothing of t for 1 week'],
    [{ type: 'anomaly', field: 't', score: 0.9 }, 't is unusual, score ≥ 0.9'],
    [{ type: 'forecast', field: 'level', op: '<', value: 10, within: '4h' }, 'level is going to be < 10 within 4 h'],
    [{ type: 'compare', left: { field: 'in' }, op: '>=', right: { deviceId: 'b', field: 'out' }, offset: -2 }, 'in ≥ out of b − 2'],
    [
      {
        type: 'any',
        of: [
          { type: 'all', of: [{ type: 'range', field: 'a', max: 1 }, { type: 'range', field: 'b', max: 2 }] },
          { type: 'no-data', within: '1h' },
        ],
      },
      '(a above 1 and b above 2) or nothing arrives for 1 h',
    ], // prettier-ignore
  ] as const)('%j', (condition, said) => {
    expect(conditionText(condition as never)).toBe(said);
  });
});

describe('rules in words', () => {
  it('name their devices, or say that all are meant', () => {
    expect(devicesText({})).toBe('all devices');
    expect(devicesText({ deviceIds: ['a', 'b', 'c', 'd', 'e'] })).toBe('a, b, c and 2 more');
    expect(devicesText({ deviceIds: ['a'] }, (deviceId) => `Device ${deviceId}`)).toBe('Device a');
    expect(devicesText({ tags: { site: 'north' } })).toBe('devices tagged site: north');
    expect(devicesText({ deviceIds: ['a'], tags: { site: 'north' } })).toBe('a, and those tagged site: north');
  });

  it('say for how long, unless a clock runs ahead', () => {
    const raisedAt = '2026-05-01T12:00:00.000Z';
    const now = Date.parse(raisedAt) + 65_000;
    expect(firedText({ state: 'firing', raisedAt }, now)).toBe('firing for 1 min 5 s');
    expect(firedText({ state: 'firing', raisedAt }, now - 600_000)).toBe('firing');
    expect(firedText({ state: 'cleared', raisedAt, clearedAt: '2026-05-01T12:00:30.000Z' }, now)).toBe('fired for 30 s');
  });

  it('say when', () => {
    expect(scheduleText({ tz: 'UTC', days: [1, 2, 5], from: '08:00', to: '18:00' })).toBe('Mon Tue Fri 08:00 – 18:00 (UTC)');
    expect(lengthText('90s')).toBe('90 s');
    expect(lengthText('soon')).toBe('soon');
    expect([spanText(15_600_000), spanText(3_600_000), spanText(61_000), spanText(40)]).toEqual([
      '4 h 20 min',
      '1 h',
      '1 min 1 s',
      '40 ms',
    ]);
  });
});

describe('a condition in the words of a schema', () => {
  const words = new Map([
    ['t', { label: 'Temperature', unit: '°C' }],
    ['p', { label: 'Place', unit: '' }],
    ['b out', { label: 'Outlet of Pump', unit: '°C' }],
  ]);
  it.each([
    [{ type: 'threshold', field: 't', op: '>', value: 30, clear: 28 }, 'Temperature > 30 °C, until ≤ 28 °C'],
    [{ type: 'range', field: 't', min: 2, max: 8 }, 'Temperature outside 2 to 8 °C'],
    [{ type: 'rate', field: 't', op: '>', value: 5, per: '1m' }, 'Temperature changes by > 5 °C per 1 min'],
    [{ type: 'no-data', field: 'p', within: '1w' }, 'nothing of Place for 1 week'],
    [{ type: 'compare', left: { field: 't' }, op: '>=', right: { deviceId: 'b', field: 'out' }, offset: -2 }, 'Temperature ≥ Outlet of Pump − 2 °C'],
    [{ type: 'all', of: [{ type: 'range', field: 't', max: 1 }, { type: 'range', field: 'u', max: 2 }] }, 'Temperature above 1 °C and u above 2'],
  ] as const)('%j', (condition, said) => expect(conditionText(condition as never, words)).toBe(said)); // prettier-ignore
});
