import { describe, expect, it } from 'vitest';
import type { AlertCondition } from '#contracts';
import { CONDITIONS_MAX } from './parse-condition.js';
import { isAlertRule, parseAlertRule } from './parse-rule.js';

const base = { name: 'A rule', severity: 'info', condition: { type: 'threshold', field: 't', op: '>', value: 1 } };

function faultsOf(rule: object): string[] {
  const parsed = parseAlertRule(rule);
  if (isAlertRule(parsed)) return [];
  return (parsed.details!['errors'] as { path: string; message: string }[]).map(({ path, message }) => `${path} ${message}`);
}
const faultsOfCondition = (condition: unknown): string[] => faultsOf({ ...base, condition });

describe('an alert rule', () => {
  it('is completed by what goes without saying', () =>
    expect(parseAlertRule(base)).toEqual({ ...base, enabled: true, devices: {}, notify: [] }));

  it('keeps all it may have', () => {
    const rule = {
      ...base,
      description: 'Why',
      enabled: false,
      devices: { deviceIds: ['d1', 'd2'], tags: { site: 'north' } },
      for: '5m',
      keepFiringFor: '1h',
      repeatEvery: '4h',
      schedule: { tz: 'Europe/Oslo', days: [1, 7], from: '22:00', to: '06:00' },
      flapping: { changes: 3, within: '10m' },
      notify: [
        { type: 'webhook', url: 'https://example.org/x', secret: 's' },
        { type: 'email', to: 'me@example.org' },
      ],
    };
    expect(parseAlertRule(rule)).toEqual(rule);
  });

  it.each([
    [{ name: ' ' }, 'name is text of 1 to 200'],
    [{ severity: 'loud' }, 'severity is one of info, warning, critical'],
    [{ enabled: 'yes' }, 'enabled is true or false'],
    [{ unknown: 1 }, 'unknown is no member here'],
    [{ for: '5 minutes' }, 'for is a length of time'],
    [{ for: '0s' }, 'for is a length of time'],
    [{ keepFiringFor: '9000d' }, 'keepFiringFor is a length of time'],
    [{ devices: { deviceIds: [] } }, 'devices.deviceIds is a list of 1 to 1000'],
    [{ devices: { deviceIds: ['a b'] } }, 'devices.deviceIds.0 is no device id'],
    [{ devices: { tags: {} } }, 'devices.tags is an object with 1 to 50 texts'],
    [{ schedule: { tz: 'Mars', days: [1], from: '08:00', to: '17:00' } }, 'schedule.tz is a time zone'],
    [{ schedule: { tz: 'UTC', days: [0], from: '08:00', to: '17:00' } }, 'schedule.days are numbers from 1'],
    [{ schedule: { tz: 'UTC', days: [1], from: '8', to: '25:00' } }, 'schedule.from is a time of day'],
    [{ flapping: { changes: 1, within: '1m' } }, 'flapping.changes is a number from 2 to 100'],
    [{ notify: [{ type: 'pager' }] }, 'notify.0.type is one of webhook, email'],
    [{ notify: [{ type: 'webhook', url: 'ftp://x' }] }, 'notify.0.url begins with https://'],
    [{ notify: [{ type: 'email', to: 'a@b, c@d' }] }, 'notify.0.to is one e-mail address'],
  ])('says what is wrong with %j', (more, fault) =>
    expect(faultsOf({ ...base, ...more })).toEqual(expect.arrayContaining([expect.stringContaining(fault) as string])),
  );

  it('says all that is wrong at once', () => expect(faultsOf({ condition: { type: 'rate' } }).length).toBeGreaterThan(4));
});

const CONDITIONS: AlertCondition[] = [
  { type: 'threshold', field: 't', op: '>', value: 30, clear: 28 },
  { type: 'range', field: 't', min: 1, max: 9, hysteresis: 1 },
  { type: 'rate', field: 'a.x', op: '<', value: -1, per: '1m', over: '10m' },
  {
    type: 'geofence',
    field: 'p',
    when: 'inside',
    polygon: [
      [0, 0],
      [0, 1],
      [1, 1],
    ],
  },
  { type: 'no-data', within: '10m' },
  { type: 'no-data', field: 't', within: '10m' },
  { type: 'anomaly', field: 't', score: 0.9 },
  { type: 'forecast', field: 't', op: '>', value: 30, within: '2h', params: { halfLife: '10m' } },
  { type: 'compare', left: { field: 't' }, op: '>', right: { deviceId: 'd2', field: 't' }, offset: 2 },
  { type: 'all', of: [{ type: 'any', of: [{ type: 'threshold', field: 't', op: '<=', value: 0 }] }] },
];

describe('a condition', () => {
  it.each(CONDITIONS)('is kept as it is: %j', (condition) => expect(parseAlertRule({ ...base, condition })).toMatchObject({ condition }));

  it.each([
    [{}, 'condition.type is one of'],
    ['hot', 'condition is an object with a type'],
    [{ type: 'threshold', field: 't', op: '>', value: 30, clear: 31 }, 'condition.clear is on the side of 30'],
    [{ type: 'threshold', field: 't', op: '<', value: 30, clear: 29 }, 'condition.clear is on the side of 30'],
    [{ type: 'threshold', field: '__proto__', op: '>', value: 3 }, 'condition.field is no field'],
    [{ type: 'threshold', field: 't', op: '>', value: '3' }, 'condition.value is a number'],
    [{ type: 'range', field: 't' }, 'condition has a min, a max, or both'],
    [{ type: 'range', field: 't', min: 1, max: 2, hysteresis: 1 }, 'condition.max leaves no room'],
    [{ type: 'geofence', field: 'p', when: 'inside', polygon: [[0, 0]] }, 'condition.polygon is a list of 3 to 1000'],
    [{ type: 'geofence', field: 'p', when: 'in', polygon: [] }, 'condition.when is one of inside, outside'],
    [{ type: 'no-data' }, 'condition.within is a length of time'],
    [{ type: 'anomaly', field: 't', score: 2 }, 'condition.score is a number from 0 to 1'],
    [{ type: 'compare', left: {}, op: '>', right: { field: 't', deviceId: 'a b' } }, 'condition.right.deviceId is no device id'],
    [{ type: 'all', of: [] }, 'condition.of is a list of 1 to 32'],
  ])('is refused with what is wrong: %j', (condition, fault) =>
    expect(faultsOfCondition(condition)).toEqual(expect.arrayContaining([expect.stringContaining(fault) as string])),
  );

  it('is nested and repeated only so much', () => {
    const leaf = base.condition;
    const nested = (depth: number): object => (depth === 1 ? leaf : { type: 'all', of: [nested(depth - 1)] });
    expect(faultsOfCondition(nested(4))).toEqual([]);
    expect(faultsOfCondition(nested(5))).toEqual(['condition.of.0.of.0.of.0.of.0 is nested more than 4 deep']);
    const many = (count: number): object => ({ type: 'any', of: Array.from({ length: count }, () => leaf) });
    expect(faultsOfCondition(many(CONDITIONS_MAX - 1))).toEqual([]);
    expect(faultsOfCondition(many(CONDITIONS_MAX))).toHaveLength(1);
  });
});
