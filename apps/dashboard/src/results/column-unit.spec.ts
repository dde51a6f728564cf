import type { OperationView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { columnUnit } from './column-unit.js';

const operation = (defaults: Record<string, string>, ...columns: [name: string, label: string][]) =>
  ({
    columns: columns.map(([name, label]) => ({ name, label, kind: 'number' })),
    parameters: Object.entries(defaults).map(([name, value]) => ({ name, default: value })),
  }) as unknown as OperationView;

describe('the unit of a column', () => {
  it.each([
    ['trend', {}, 'Trend', {}, 'kW'],
    ['rate', { per: 's' }, 'Rate', {}, 'kW per s'],
    ['rate', { per: 's' }, 'Rate', { per: 'm' }, 'kW per min'],
    ['value', { fn: 'sum', per: 'h' }, 'So far', {}, 'kW'],
    ['value', { fn: 'sum', per: 'h' }, 'So far', { fn: 'integral' }, 'kW·h'],
    ['value', { fn: 'mean' }, 'Value', { fn: 'count' }, ''],
    ['count', { fn: 'mean' }, 'Readings', {}, ''],
    ['score', {}, 'Score', {}, ''],
    ['speed', {}, 'Speed (m/s)', {}, 'm/s'],
    ['enterLat', {}, 'In at (lat)', {}, ''],
  ] as const)('%s, %o, %s, asked with %o', (name, defaults, label, params, unit) => {
    expect(columnUnit(name, 'kW', operation(defaults, [name, label]), { params })).toBe(unit);
  });
});
