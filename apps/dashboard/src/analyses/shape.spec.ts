import type { OperationView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { liesOver, shapeOf } from './shape.js';

const described = (columns: string[], rows: OperationView['rows'] = 'own', kind: OperationView['input']['kind'] = 'number') => ({
  columns: columns.map((name) => ({ name, label: name, kind: 'number' as const })),
  rows,
  input: { kind, fieldsMin: 1, fieldsMax: 1 },
});

describe('the picture of a result', () => {
  it.each([
    ['forecast', described(['mean', 'lower80', 'upper80', 'lower95', 'upper95'], 'ahead')],
    ['anomalies', described(['score', 'anomaly'], 'each')],
    ['parts', described(['trend', 'seasonal', 'residual'], 'each')],
    ['smooth', described(['smoothed'], 'each')],
    ['histogram', described(['lower', 'upper', 'count', 'share'])],
    ['percentiles', described(['percentile', 'value', 'count'])],
    ['matrix', described(['withDevice', 'withField', 'correlation'])],
    ['stems', described(['lag', 'correlation', 'bound'])],
    ['spectrum', described(['frequency', 'period', 'power'])],
    ['places', described(['kind', 'start', 'end'], 'own', 'location')],
    ['lines', described(['value', 'count', 'filled'])],
    ['lines', described(['speed', 'something'], 'each')],
    ['table', described(['something', 'new'])],
  ] as const)('is %s', (shape, operation) => {
    expect(shapeOf(operation as Parameters<typeof shapeOf>[0])).toBe(shape);
  });

  it('lies over the readings only where it has their unit', () => {
    expect(liesOver({ name: 'moving-average', ...described(['value'], 'each') })).toBe(true);
    expect(liesOver({ name: 'difference', ...described(['value'], 'each') })).toBe(false);
    expect(liesOver({ name: 'decompose', ...described(['trend', 'seasonal', 'residual'], 'each') })).toBe(false);
  });
});
