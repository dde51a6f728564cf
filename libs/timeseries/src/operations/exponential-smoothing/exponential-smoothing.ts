/** A level that follows the values, the newest counting most. */
import { FIT_VALUES_MAX, fitShares, HOW_FITTED } from '../fitting/fit-shares.js';
import type { Operation, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Values } from '../parameters.js';
import { reduceEach } from '../reduce-rows.js';
import { usualGap } from '../sampling.js';

export const exponentialSmoothing: Operation = {
  name: 'exponential-smoothing',
  label: 'Exponential smoothing',
  description: `A level that moves towards each new value by a share of the difference. With a half-life or an interval the share grows with the time since the value before, so that uneven sampling does no harm; values of one time then count as their mean. ${HOW_FITTED}`,
  source: 'Brown 1959; for uneven sampling: Wright 1986, Eckner 2012',
  parameters: [
    {
      name: 'alpha',
      label: 'Share (alpha)',
      type: 'number',
      min: 0,
      max: 1,
      optional: true,
      description: 'How far the level moves to a new value, 0 to 1; fitted if neither this nor a half-life is given. Needed for live use.',
    },
    {
      name: 'halfLife',
      label: 'Half-life',
      type: 'duration',
      optional: true,
      description: 'Instead of alpha: after this time a value counts half.',
    },
    {
      name: 'interval',
      label: 'Interval of alpha',
      type: 'duration',
      optional: true,
      description:
        'The time between values for which alpha is meant: after twice this time the level moves as by two steps. Left out: alpha holds for each value whatever the time between; a fitted alpha holds for the usual gap.',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [{ name: 'smoothed', label: 'Level', kind: 'number' }],
  rows: 'each',
  run(input, values, progress) {
    checked(values);
    return reduceEach({ initial, step }, ['smoothed'], { input, values, progress }, fitted);
  },
  online: { initial, step },
};

/** The level before the latest time, how far it moves there, and the mean of the values of that time. */
interface Level {
  /** Null before the first value. */
  level: number | null;
  before: number;
  share: number;
  time: number;
  mean: number;
  count: number;
}

function initial(values: Values): Level {
  checked(values);
  if (values['alpha'] === undefined && values['halfLife'] === undefined) {
    throw new OperationError('live, "alpha" or "halfLife" must be given: there is nothing yet to fit it on', 'alpha');
  }
  return { level: null, before: 0, share: 1, time: 0, mean: 0, count: 0 };
}

function checked({ alpha, halfLife, interval }: Values): void {
  if (halfLife === undefined) return;
  if (alpha !== undefined) throw new OperationError('give "alpha" or "halfLife", not both', 'halfLife');
  if (interval !== undefined) throw new OperationError('"interval" belongs to "alpha"; a half-life needs none', 'interval');
}

function step(state: Level, time: number, value: number, values: Values): { state: Level; row: readonly number[] } {
  if (value !== value) return { state, row: [NaN] };
  const isTimed = values['halfLife'] !== undefined || values['interval'] !== undefined;
  if (state.level !== null && isTimed && time <= state.time) {
    state.count++;
    state.mean += (value - state.mean) / state.count;
  } else {
    state.share = state.level === null ? 1 : shareAfter(time - state.time, values);
    state.before = state.level ?? value;
    state.time = time;
    state.mean = value;
    state.count = 1;
  }
  state.level = state.before + state.share * (state.mean - state.before);
  return { state, row: [state.level] };
}

function shareAfter(gap: number, { alpha, halfLife, interval }: Values): number {
  if (halfLife !== undefined) return 1 - 2 ** (-gap / (halfLife as number));
  if (interval === undefined) return alpha as number;
  return 1 - (1 - (alpha as number)) ** (gap / (interval as number));
}

function fitted(series: SeriesInput, values: Values): Values {
  if (values['alpha'] !== undefined || values['halfLife'] !== undefined) return values;
  const interval = (values['interval'] as number | undefined) ?? usualGap(series);
  if (interval === undefined)
    throw new OperationError(`"${series.field}" has fewer than two values at different times; give "alpha"`, 'alpha');
  const rows = latest(series);
  const criterion = ([alpha]: readonly number[]): number => squaredErrors(rows, { ...values, alpha, interval });
  const [alpha] = fitShares(criterion, [undefined], [[0.1], [0.5], [0.9]]);
  return { ...values, alpha, interval };
}

function latest({ time, parts }: SeriesInput): { time: Float64Array; value: Float64Array } {
  return { time: time.subarray(-FIT_VALUES_MAX), value: parts['value']!.subarray(-FIT_VALUES_MAX) };
}

function squaredErrors({ time, value }: { time: Float64Array; value: Float64Array }, values: Values): number {
  const state = initial(values);
  let sum = 0;
  for (let i = 0; i < time.length; i++) {
    if (value[i] !== value[i]) continue;
    const before = state.level;
    if (before !== null) sum += (value[i]! - before) ** 2;
    step(state, time[i]!, value[i]!, values);
  }
  return sum;
}
