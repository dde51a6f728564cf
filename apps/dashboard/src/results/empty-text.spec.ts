import type { AnalysisView, OperationView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { emptyText } from './empty-text.js';

const geofence = { columns: [{ name: 'dwell', label: 'Stayed (s)', kind: 'number' }] } as unknown as OperationView;
const other = { columns: [{ name: 'kind', label: 'Kind', kind: 'text' }] } as unknown as OperationView;
const analysis = (params: object, ...readings: number[]): AnalysisView => {
  const inputs = readings.map((count, at) => ({ deviceId: `d${at}`, field: 'position', readings: count }));
  return { inputs, params, lineage: { inputs } } as unknown as AnalysisView;
};

describe('an empty result', () => {
  it('says that there were no readings only where there were none', () => {
    expect(emptyText(analysis({}, 0, 0), geofence)).toContain('no reading was in this time');
    expect(emptyText(analysis({}, 3), other)).toBe('There is nothing in the result: nothing was found in 3 readings.');
  });

  it('says that nothing came into the area, or did not stay there', () => {
    expect(emptyText(analysis({}, 1), geofence)).toBe('It never came into the area in 1 reading.');
    expect(emptyText(analysis({}, 1, 2), geofence)).toBe('None of them ever came into the area in 3 readings.');
    expect(emptyText(analysis({ dwellMin: '5m' }, 4), geofence)).toBe('It never stayed in the area for so long in 4 readings.');
  });
});
