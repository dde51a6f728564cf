/** Several fields on one grid of windows, so that they can be compared row by row. */
import { formatEvery } from '../../every.js';
import { OperationError } from '../operation-errors.js';
import type { SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { WINDOW_FUNCTIONS, type WindowFunctionName } from '../resample/window-functions.js';
import { presentPoints } from '../series-columns.js';
import { boundsIn, everyOf, gridOver, niceEvery } from '../time-grid.js';

export interface Aligned {
  every: string;
  starts: Float64Array;
  /** A column a field; NaN where a window has no reading of it. */
  columns: Float64Array[];
}

export const ALIGN_FUNCTIONS: readonly WindowFunctionName[] = ['mean', 'median', 'min', 'max', 'sum', 'count', 'first', 'last'];

/** So many windows times fields: 256 MB of columns. */
const CELLS_MAX = 32_000_000;

export function align(inputs: readonly SeriesInput[], values: Values): Aligned {
  const points = inputs.map(presentPoints);
  const some = points.filter(({ time }) => time.length > 0);
  const every = everyOf(values) ?? niceEvery(some.map(({ time }) => time));
  const firsts = some.map(({ time }) => time[0]!);
  const lasts = some.map(({ time }) => time.at(-1)!);
  const first = firsts.length > 0 ? firsts.reduce((a, b) => Math.min(a, b)) : undefined;
  const last = lasts.length > 0 ? lasts.reduce((a, b) => Math.max(a, b)) : undefined;
  const { starts } = gridOver(first, last, every, values, Math.floor(CELLS_MAX / inputs.length));
  const of = WINDOW_FUNCTIONS[values.fn as WindowFunctionName];
  const columns = points.map(({ time, value }) => {
    const bounds = boundsIn(starts, time);
    return starts.map((_, w) => (bounds[w] === bounds[w + 1] ? NaN : of(value, bounds[w]!, bounds[w + 1]!)));
  });
  return { every: formatEvery(every), starts, columns };
}

/** The same field twice would correlate with itself. */
export function refuseTwice(inputs: readonly SeriesInput[]): void {
  const names = inputs.map(({ deviceId, field }) => `${deviceId} ${field}`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new OperationError(`"${twice}" is given twice; choose different fields or devices`, 'fields');
}
