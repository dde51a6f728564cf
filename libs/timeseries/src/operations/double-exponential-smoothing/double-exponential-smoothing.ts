/** Holt's method: a level and a trend that follow the values. */
import { FIT_VALUES_MAX, fitShares, HOW_FITTED } from '../fitting/fit-shares.js';
import type { Operation, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Parameter, Values } from '../parameters.js';
import { reduceEach } from '../reduce-rows.js';
import { usualGap } from '../sampling.js';
import { stepHolt, type HoltShares, type LevelTrend } from './holt.js';

const share = (name: string, label: string, description: string): Parameter => {
  return { name, label, type: 'number', min: 0, max: 1, optional: true, description };
};

export const doubleExponentialSmoothing: Operation = {
  name: 'double-exponential-smoothing',
  label: 'Double exponential smoothing (Holt)',
  description: `A level and a trend that follow the values; damped, the trend fades. It begins at the second value, with the line through the first two. With an interval, shares and trend go by the time between values; values of one time then count as their mean. ${HOW_FITTED}`,
  source: 'Holt 1957; damped: Gardner & McKenzie 1985; for uneven sampling: Wright 1986',
  parameters: [
    share('alpha', 'Share of the level (alpha)', 'How far the level moves to a new value; fitted if left out. Needed for live use.'),
    share('beta', 'Share of the trend (beta)', 'How far the trend moves to the newest rise; fitted if left out. Needed for live use.'),
    { name: 'damped', label: 'Damped', type: 'boolean', default: false, description: 'Whether the trend fades.' },
    share('phi', 'Damping (phi)', 'What is left of the trend after a step, where it is damped; fitted (0.8 to 0.98) if left out.'),
    {
      name: 'interval',
      label: 'Interval of the shares',
      type: 'duration',
      optional: true,
      description: 'The length of a step. Left out: from value to value whatever the time between; fitted shares hold for the usual gap.',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [{ name: 'smoothed', label: 'Level', kind: 'number' }],
  rows: 'each',
  run(input, values, progress) {
    return reduceEach({ initial, step }, ['smoothed'], { input, values, progress }, fitted);
  },
  online: { initial, step },
};

interface Holt extends LevelTrend {
  /** Times with a value so far: 0, 1 or 2 for two and more. */
  seen: number;
  /** Level and trend before the latest time, and the mean of the values of that time. */
  before: LevelTrend;
  time: number;
  timeBefore: number;
  mean: number;
  count: number;
  expected: number;
}

function initial(values: Values): Holt {
  sharesOf(values);
  return { level: 0, trend: 0, seen: 0, before: { level: 0, trend: 0 }, time: 0, timeBefore: 0, mean: 0, count: 0, expected: 0 };
}

function sharesOf({ alpha, beta, damped, phi }: Values): HoltShares {
  const missing = alpha === undefined ? 'alpha' : beta === undefined ? 'beta' : damped && phi === undefined ? 'phi' : undefined;
  if (missing) throw new OperationError(`live, "${missing}" must be given: there is nothing yet to fit it on`, missing);
  return { alpha: alpha as number, beta: beta as number, phi: damped ? (phi as number) : 1 };
}

function step(state: Holt, time: number, value: number, values: Values): { state: Holt; row: readonly number[] } {
  if (value !== value) return { state, row: [NaN] };
  const interval = values['interval'] as number | undefined;
  if (state.seen > 0 && interval !== undefined && time <= state.time) {
    state.count++;
    state.mean += (value - state.mean) / state.count;
  } else {
    state.before = { level: state.level, trend: state.trend };
    state.timeBefore = state.time;
    state.time = time;
    state.mean = value;
    state.count = 1;
    state.seen++;
  }
  const steps = interval === undefined ? 1 : (state.time - state.timeBefore) / interval;
  follow(state, steps, values);
  return { state, row: [state.level] };
}

function follow(state: Holt, steps: number, values: Values): void {
  const { before, mean } = state;
  if (state.seen === 1) {
    state.level = mean;
  } else if (state.seen === 2) {
    state.level = mean;
    state.trend = (mean - before.level) / steps;
    state.expected = NaN;
  } else {
    state.level = before.level;
    state.trend = before.trend;
    state.expected = stepHolt(state, mean, sharesOf(values), steps);
  }
}

const STARTS = [
  [0.3, 0.1, 0.95],
  [0.7, 0.05, 0.9],
  [0.9, 0.3, 0.97],
];

function fitted(series: SeriesInput, values: Values): Values {
  const given = [values['alpha'], values['beta'], values['damped'] ? values['phi'] : 1] as (number | undefined)[];
  if (given.every((it) => it !== undefined)) return values;
  const interval = (values['interval'] as number | undefined) ?? usualGap(series);
  if (interval === undefined)
    throw new OperationError(`"${series.field}" has fewer than two values at different times; give alpha and beta`, 'alpha');
  const withShares = ([alpha, beta, phi]: readonly number[]): Values => ({
    ...values,
    alpha,
    beta,
    ...(values['damped'] && { phi }),
    interval,
  });
  const time = series.time.subarray(-FIT_VALUES_MAX);
  const value = series.parts['value']!.subarray(-FIT_VALUES_MAX);
  const criterion = (shares: readonly number[]): number => squaredErrors(time, value, withShares(shares));
  return withShares(
    fitShares(criterion, given, STARTS, [
      [0, 1],
      [0, 1],
      [0.8, 0.98],
    ]),
  );
}

function squaredErrors(time: Float64Array, value: Float64Array, values: Values): number {
  const state = initial(values);
  let sum = 0;
  for (let i = 0; i < time.length; i++) {
    if (value[i] !== value[i]) continue;
    step(state, time[i]!, value[i]!, values);
    if (state.seen > 2 && state.count === 1) sum += (value[i]! - state.expected) ** 2;
  }
  return sum;
}
