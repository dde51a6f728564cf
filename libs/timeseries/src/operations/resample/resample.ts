/** `resample`: readings in windows of equal length on a clock. */
import { fillLinear, fillPrevious } from '../../fill.js';
import { formatEvery } from '../../every.js';
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, presentPoints, resultSeries } from '../series-columns.js';
import { boundsIn, EVERY, everyOf, gridOver, TIME_ZONE } from '../time-grid.js';
import { WINDOW_FUNCTIONS, type WindowFunctionName } from './window-functions.js';

export const resample: Operation = {
  name: 'resample',
  label: 'Resample',
  description:
    'One value for each window of time, such as the mean of every hour. Windows without a value stay empty or are filled, and filled ones are marked.',
  parameters: [
    { ...EVERY, default: '1h' },
    {
      name: 'fn',
      label: 'Function',
      description: 'What becomes of the values of a window.',
      type: 'choice',
      choices: Object.keys(WINDOW_FUNCTIONS),
      default: 'mean',
    },
    {
      name: 'fill',
      label: 'Gaps',
      description:
        'What stands in a window without values: nothing, the value before, or the straight line between the values on both sides.',
      type: 'choice',
      choices: ['none', 'previous', 'linear'],
      default: 'none',
    },
    {
      name: 'fillMax',
      label: 'Longest gap filled',
      description: 'Longer stretches without values stay empty. Left out: all are filled.',
      type: 'duration',
      optional: true,
    },
    TIME_ZONE,
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 50 },
  columns: [
    { name: 'value', label: 'Value', kind: 'number' },
    { name: 'count', label: 'Readings', kind: 'number' },
    { name: 'filled', label: 'Filled', kind: 'boolean' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const series = inputs.map((input, at) => {
      progress?.(at / inputs.length);
      return resampled(input, values);
    });
    const fields = series.map((it, at) => ({
      field: labelOf(inputs[at]!),
      windows: it.time.length,
      empty: (it.columns.count as Float64Array).filter((count) => count === 0).length,
      filled: (it.columns.filled as Float64Array).filter(Boolean).length,
    }));
    return { series, summary: { every: formatEvery(everyOf(values)!), tz: values.tz, fn: values.fn, fields } };
  },
};

function resampled(input: SeriesInput, values: Values): ResultSeries {
  const { time, value } = presentPoints(input);
  const { starts } = gridOver(time[0], time.at(-1), everyOf(values)!, values);
  const bounds = boundsIn(starts, time);
  const of = WINDOW_FUNCTIONS[values.fn as WindowFunctionName];
  const count = starts.map((_, w) => bounds[w + 1]! - bounds[w]!);
  const emptyValue = values.fn === 'count' ? 0 : NaN;
  const found = count.map((readings, w) => (readings === 0 ? emptyValue : of(value, bounds[w]!, bounds[w + 1]!)));
  const whole = withFilled(starts, found, values);
  const filled = whole.map((it, w) => (found[w] !== found[w] && it === it ? 1 : 0));
  return resultSeries(input, starts, { value: whole, count, filled });
}

function withFilled(starts: Float64Array, found: Float64Array, { fill, fillMax }: Values): Float64Array {
  if (fill === 'none') return found;
  const filled = fill === 'linear' ? fillLinear(starts, found) : fillPrevious(found);
  if (fillMax === undefined) return filled;
  for (let w = 0; w < found.length; w++) {
    if (found[w] === found[w]) continue;
    let after = w;
    while (after < found.length && found[after] !== found[after]) after++;
    const tooLong = after === found.length || starts[after]! - starts[w]! > (fillMax as number);
    if (tooLong) filled.fill(NaN, w, after);
    w = after;
  }
  return filled;
}
