/** Holt–Winters: level, trend and season that follow the values. */
import { FIT_VALUES_MAX, fitShares, HOW_FITTED } from '../fitting/fit-shares.js';
import type { Operation, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Parameter, Values } from '../parameters.js';
import { reduceEach } from '../reduce-rows.js';
import { evenGrid, type EvenGrid } from '../sampling.js';
import { findSeason } from '../season-length.js';
import { beginHoltWinters, skipHoltWinters, stepHoltWinters, type HoltWintersShares, type HoltWintersState } from './holt-winters-step.js';

/** A live state is kept as JSON, with two numbers for each step of the season while it begins. */
const SEASON_MAX = 100_000;

const share = (name: string, label: string, description: string): Parameter => {
  return { name, label, type: 'number', min: 0, max: 1, optional: true, description };
};

export const holtWinters: Operation = {
  name: 'holt-winters',
  label: 'Triple exponential smoothing (Holt–Winters)',
  description: `A level, a trend and a season that follow the values; shown is level with season. It begins after two seasons, from which it takes its first level, trend and season. Steps without a value go on as expected. ${HOW_FITTED}`,
  source: 'Holt 1957, Winters 1960; damped: Gardner & McKenzie 1985',
  parameters: [
    {
      name: 'season',
      label: 'Season',
      type: 'integer',
      min: 2,
      max: SEASON_MAX,
      optional: true,
      description: 'How many steps a season has, such as 24 for a day of hours; found by autocorrelation if left out. Needed for live use.',
    },
    {
      name: 'seasonal',
      label: 'The season is',
      type: 'choice',
      choices: ['additive', 'multiplicative'],
      default: 'additive',
      description: 'Added to the level, or multiplied with it (then all values must be above 0).',
    },
    share('alpha', 'Share of the level (alpha)', 'How far the level moves to a new value; fitted if left out. Needed for live use.'),
    share('beta', 'Share of the trend (beta)', 'How far the trend moves to the newest rise; fitted if left out. Needed for live use.'),
    share('gamma', 'Share of the season (gamma)', 'How far the season moves to what is seen; fitted if left out. Needed for live use.'),
    { name: 'damped', label: 'Damped', type: 'boolean', default: false, description: 'Whether the trend fades.' },
    share('phi', 'Damping (phi)', 'What is left of the trend after a step, where it is damped; fitted (0.8 to 0.98) if left out.'),
    {
      name: 'interval',
      label: 'Step',
      type: 'duration',
      optional: true,
      description:
        'The time from step to step. Left out: the usual gap where something is fitted or found, else each value is a step whatever the time between.',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [{ name: 'smoothed', label: 'Level with season', kind: 'number' }],
  rows: 'each',
  run(input, values, progress) {
    return reduceEach({ initial, step }, ['smoothed'], { input, values, progress }, fitted);
  },
  online: { initial, step },
};

interface Smoothed {
  /** Values of the first two seasons, null where there is none, until they are whole. */
  beginning: (number | null)[];
  state: HoltWintersState | null;
  /** What the latest step has changed, as it was before, and the mean of the values of that step. */
  before: { level: number; trend: number; season: number };
  start: number | null;
  /** The latest. */
  step: number;
  mean: number;
  count: number;
}

function initial(values: Values): Smoothed {
  const needed = ['season', 'alpha', 'beta', 'gamma', ...(values['damped'] ? ['phi'] : [])];
  const missing = needed.find((name) => values[name] === undefined);
  if (missing) throw new OperationError(`live, "${missing}" must be given: there is nothing yet to find it from`, missing);
  const before = { level: 0, trend: 0, season: 0 };
  return { beginning: [], state: null, before, start: null, step: -1, mean: 0, count: 0 };
}

function sharesOf({ alpha, beta, gamma, damped, phi }: Values): HoltWintersShares {
  return { alpha: alpha as number, beta: beta as number, gamma: gamma as number, phi: damped ? (phi as number) : 1 };
}

function step(state: Smoothed, time: number, value: number, values: Values): { state: Smoothed; row: readonly number[] } {
  if (value !== value) return { state, row: [NaN] };
  state.start ??= time;
  const interval = values['interval'] as number | undefined;
  const at = interval === undefined ? state.step + 1 : Math.round((time - state.start) / interval);
  const smoothed = state.state ? follow(state, at, value, values) : begin(state, at, value, values);
  return { state, row: [smoothed] };
}

function begin(state: Smoothed, at: number, value: number, values: Values): number {
  const { beginning } = state;
  const season = values['season'] as number;
  if (at === state.step) {
    state.count++;
    state.mean += (value - state.mean) / state.count;
    beginning[at] = state.mean;
    return NaN;
  }
  if (at < 2 * season) {
    while (beginning.length < at) beginning.push(null);
    beginning.push(value);
    Object.assign(state, { step: at, mean: value, count: 1 });
    if (at < 2 * season - 1) return NaN;
  }
  const isMultiplicative = values['seasonal'] === 'multiplicative';
  while (beginning.length < 2 * season) beginning.push(null);
  state.state = beginHoltWinters(filled(beginning), season, isMultiplicative);
  for (let i = season; i < 2 * season; i++) advance(state, beginning[i] ?? NaN, values);
  state.step = 2 * season - 1;
  state.beginning = [];
  return at < 2 * season ? levelWithSeason(state.state, isMultiplicative) : follow(state, at, value, values);
}

function follow(state: Smoothed, at: number, value: number, values: Values): number {
  if (at <= state.step) {
    state.count++;
    state.mean += (value - state.mean) / state.count;
    undo(state.state!, state.before);
  } else {
    if (at > state.step + 1) skipHoltWinters(state.state!, at - state.step - 1, sharesOf(values).phi);
    state.step = at;
    state.mean = value;
    state.count = 1;
  }
  advance(state, state.mean, values);
  return levelWithSeason(state.state!, values['seasonal'] === 'multiplicative');
}

function advance(state: Smoothed, value: number, values: Values): void {
  const { level, trend, seasonal, next } = state.state!;
  const { before } = state;
  before.level = level;
  before.trend = trend;
  before.season = seasonal[next]!;
  stepHoltWinters(state.state!, value, sharesOf(values), values['seasonal'] === 'multiplicative');
}

function undo(state: HoltWintersState, { level, trend, season }: Smoothed['before']): void {
  state.next = (state.next === 0 ? state.seasonal.length : state.next) - 1;
  Object.assign(state, { level, trend });
  state.seasonal[state.next] = season;
}

function levelWithSeason({ level, seasonal, next }: HoltWintersState, isMultiplicative: boolean): number {
  const season = seasonal[(next === 0 ? seasonal.length : next) - 1]!;
  return isMultiplicative ? level * season : level + season;
}

/** On straight lines between values, and level beyond them. */
function filled(values: readonly (number | null)[]): number[] {
  const there = values.flatMap((value, at) => (value === null ? [] : [{ value, at }]));
  return values.map((value, at) => {
    if (value !== null) return value;
    const right = there.find((it) => it.at > at);
    const left = there.findLast((it) => it.at < at);
    if (!left || !right) return (left ?? right)!.value;
    return left.value + ((right.value - left.value) * (at - left.at)) / (right.at - left.at);
  });
}

const STARTS = [
  [0.3, 0.05, 0.1, 0.95],
  [0.7, 0.01, 0.5, 0.9],
  [0.05, 0.01, 0.3, 0.95],
];

function fitted(series: SeriesInput, values: Values): Values {
  const isMultiplicative = values['seasonal'] === 'multiplicative';
  if (isMultiplicative && series.parts['value']!.some((value) => value <= 0)) {
    throw new OperationError(`"${series.field}" has values of 0 or below: a multiplicative season needs values above 0`, 'seasonal');
  }
  const given = [values['alpha'], values['beta'], values['gamma'], values['damped'] ? values['phi'] : 1] as (number | undefined)[];
  if (values['season'] !== undefined && given.every((it) => it !== undefined)) return values;
  const grid = evenGrid(series, values['interval'] as number | undefined);
  const season = (values['season'] as number | undefined) ?? findSeason(grid.values);
  if (season === undefined) throw new OperationError(`no season was found in "${series.field}"; give "season" in steps`, 'season');
  if (grid.values.length <= 2 * season) {
    throw new OperationError(
      `"${series.field}" has ${grid.values.length} steps; a season of ${season} needs more than two of it`,
      'season',
    );
  }
  const [alpha, beta, gamma, phi] = fitHoltWinters(grid, season, isMultiplicative, given);
  return { ...values, season, alpha, beta, gamma, ...(values['damped'] && { phi }), interval: grid.step };
}

function fitHoltWinters({ values }: EvenGrid, season: number, isMultiplicative: boolean, given: (number | undefined)[]): number[] {
  const latest = values.subarray(-Math.max(FIT_VALUES_MAX, 4 * season));
  const begun = beginHoltWinters(latest, season, isMultiplicative);
  const criterion = ([alpha, beta, gamma, phi]: readonly number[]): number => {
    const state = { ...begun, seasonal: [...begun.seasonal] };
    const shares = { alpha: alpha!, beta: beta!, gamma: gamma!, phi: phi! };
    let sum = 0;
    for (let i = season; i < latest.length; i++) sum += (latest[i]! - stepHoltWinters(state, latest[i]!, shares, isMultiplicative)) ** 2;
    return sum;
  };
  return fitShares(criterion, given, STARTS, [SHARE, SHARE, SHARE, [0.8, 0.98]]);
}

const SHARE = [0, 1] as const;
