/** Which picture a result gets, by the shape of its columns: an operation that comes later is shown too, at least as a table. */
import type { OperationView } from '#contracts';

export type Shape =
  | 'forecast'
  | 'anomalies'
  | 'parts'
  | 'smooth'
  | 'lines'
  | 'histogram'
  | 'percentiles'
  | 'matrix'
  | 'stems'
  | 'spectrum'
  | 'places'
  | 'table';

type Described = Pick<OperationView, 'columns' | 'rows' | 'input'>;

export function shapeOf({ columns, rows, input }: Described): Shape {
  const has = (...names: string[]): boolean => names.every((name) => columns.some((column) => column.name === name));
  if (has('mean', 'lower80', 'upper80', 'lower95', 'upper95')) return 'forecast';
  if (has('score', 'anomaly')) return 'anomalies';
  if (has('trend', 'seasonal', 'residual')) return 'parts';
  if (has('smoothed')) return 'smooth';
  if (has('lower', 'upper', 'count')) return 'histogram';
  if (has('percentile', 'value')) return 'percentiles';
  if (has('withDevice', 'withField', 'correlation')) return 'matrix';
  if (has('lag', 'correlation')) return 'stems';
  if (has('frequency', 'power')) return 'spectrum';
  if (input.kind === 'location') return 'places';
  if (rows !== 'own' || has('value', 'filled')) return 'lines';
  return 'table';
}

/** Of the unit of its field, so that it may lie over the chart of it. */
const OVER: readonly string[] = ['moving-average', 'resample'];

export function liesOver(operation: Described & { name: string }): boolean {
  const shape = shapeOf(operation);
  return shape === 'smooth' || shape === 'forecast' || shape === 'anomalies' || OVER.includes(operation.name);
}
