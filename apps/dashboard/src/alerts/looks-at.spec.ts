import type { AlertCondition, FieldSchema } from '#contracts';
import { describe, expect, it } from 'vitest';
import { concerns, looksAt, namedIn, numericParts } from './looks-at.js';

const threshold = { type: 'threshold', field: 't', op: '>', value: 30, clear: 28 } as const;

describe('what a condition looks at', () => {
  it('has each field once, with all the bounds on it', () => {
    const condition: AlertCondition = {
      type: 'all',
      of: [threshold, { type: 'range', field: 't', min: 5, max: 40, hysteresis: 1 }, { type: 'no-data', field: 'h', within: '1h' }],
    };
    expect(looksAt(condition, 'a')).toEqual([
      {
        deviceId: 'a',
        field: 't',
        bounds: [
          { value: 30, kind: 'bound' },
          { value: 28, kind: 'clear' },
          { value: 5, kind: 'bound' },
          { value: 40, kind: 'bound' },
          { value: 6, kind: 'clear' },
          { value: 39, kind: 'clear' },
        ],
      },
      { deviceId: 'a', field: 'h', bounds: [] },
    ]);
  });

  it('may be another device', () => {
    const sut = looksAt({ type: 'compare', left: { field: 't' }, op: '>', right: { deviceId: 'b', field: 't' } }, 'a');
    expect(sut.map(({ deviceId }) => deviceId)).toEqual(['a', 'b']);
  });

  it('has no bound where the value is not that of the field', () => {
    expect(looksAt({ type: 'rate', field: 't', op: '>', value: 5, per: '1m' }, 'a')[0]?.bounds).toEqual([]);
    expect(looksAt({ type: 'no-data', within: '1m' }, 'a')).toEqual([]);
  });

  it('concerns a vector by any of its axes', () => {
    const looked = looksAt({ ...threshold, field: 'acceleration.x' }, 'a');
    expect(concerns(looked, 'a', 'acceleration')).toBe(true);
    expect(concerns(looked, 'a', 'acc')).toBe(false);
    expect(concerns(looked, 'b', 'acceleration')).toBe(false);
  });
});

describe('fields', () => {
  const fields: Record<string, FieldSchema> = {
    t: { type: 'number' },
    on: { type: 'boolean' },
    state: { type: 'enum', values: ['a'] },
    at: { type: 'location' },
    v: { type: 'vector', axes: ['x', 'y'] },
  };

  it('that are numbers are offered by part', () => {
    expect(numericParts(fields)).toEqual(['t', 'on', 'v.x', 'v.y']);
  });

  it('are found in the words of a cause', () => {
    expect(namedIn('t = 32 (> 30)', fields)).toEqual(['t']);
    expect(namedIn('v.x = 3 (> 2), nothing of on for 5m', fields)).toEqual(['on', 'v.x']);
    expect(namedIn('at = 47, 8 (outside)', fields)).toEqual(['at']);
    expect(namedIn('nothing of the device for 5m', fields)).toEqual([]);
  });
});
