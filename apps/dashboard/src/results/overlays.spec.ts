import type { AnalysisResult, OperationView, ResultSeriesView } from '#contracts';
import { describe, expect, it } from 'vitest';
import type { CanvasTheme } from '../charts/theme.js';
import { overlaysOf } from './overlays.js';

const columns = (...names: string[]) => names.map((name) => ({ name, label: name, kind: 'number' as const }));
const operation = (name: string, ...names: string[]) =>
  ({ name, label: name, rows: 'each', columns: columns(...names), input: { kind: 'number' } }) as unknown as OperationView;
const series = { deviceId: 'd', field: 't', time: [1, 2], mean: [1, 2], value: [1, 2] } as ResultSeriesView;
const options = { theme: { pen: '#d03a1a' } as CanvasTheme, color: '#000000', valueAt: () => 1 };
const stretches = [{ from: 1, to: 2, readings: 2, score: 1, detector: 'spike', why: 'far' }];
const result = { series: [series], summary: { series: [{ deviceId: 'd', field: 't', stretches }] } } as unknown as AnalysisResult;
const ordersOf = (described: OperationView): number[] => overlaysOf(described, result, series, options).map(({ order = 0 }) => order);

describe('what was computed', () => {
  it('lies over the readings, its bands under them', () => {
    expect(ordersOf(operation('moving-average', 'value'))).toEqual([-1]);
    expect(ordersOf(operation('forecast', 'mean', 'lower80', 'upper80', 'lower95', 'upper95'))).toEqual([0, 0, 0, 0, -1]);
  });

  it('has its marks on top of all lines', () => {
    expect(ordersOf(operation('anomalies', 'score', 'anomaly'))).toEqual([-2]);
  });
});
