/** Splits a field into trend, season and what is left. */
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Values } from '../parameters.js';
import { evenGrid, filledBySeason, stepOf } from '../sampling.js';
import { findSeason } from '../season-length.js';
import { stl, type StlOptions } from './stl.js';

export const decompose: Operation = {
  name: 'decompose',
  label: 'Decomposition (STL)',
  description:
    'Splits a field into a trend, a season that may change slowly, and what is left: value = trend + seasonal + residual. The readings are put on an even grid first (means within a step, gaps filled by straight lines or, longer ones, as a season before); a reading has the trend and season of its step. Robust, outliers change neither.',
  source: 'Cleveland, Cleveland, McRae & Terpenning 1990',
  parameters: [
    {
      name: 'season',
      label: 'Season',
      type: 'integer',
      min: 2,
      max: 10_000_000,
      optional: true,
      description: 'How many steps a season has, such as 24 for a day of hours; found by autocorrelation if left out.',
    },
    { name: 'robust', label: 'Robust', type: 'boolean', default: false, description: 'Gives outliers little weight, in 15 more passes.' },
    {
      name: 'seasonalWindow',
      label: 'Seasons looked at',
      type: 'integer',
      min: 3,
      max: 100_001,
      default: 7,
      description: 'How many seasons take part in the shape of each: few, and the season changes fast; many, and it hardly does. Odd.',
    },
    {
      name: 'trendWindow',
      label: 'Steps of the trend',
      type: 'integer',
      min: 3,
      max: 100_000_001,
      optional: true,
      description:
        'How many steps take part in the trend at each; about one and a half to two seasons if left out. Odd, more than a season.',
    },
    {
      name: 'interval',
      label: 'Step',
      type: 'duration',
      optional: true,
      description: 'Of the grid; the usual gap between values if left out.',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [
    { name: 'trend', label: 'Trend', kind: 'number' },
    { name: 'seasonal', label: 'Season', kind: 'number' },
    { name: 'residual', label: 'Residual', kind: 'number' },
  ],
  rows: 'each',
  run(input, values, progress) {
    const parts = input.map((one, at) => decomposeOne(one, values, (done) => progress?.((at + done) / input.length)));
    return { series: parts.map(({ series }) => series), summary: { fields: parts.map(({ summary }) => summary) } };
  },
};

function decomposeOne(input: SeriesInput, values: Values, progress: (done: number) => void): { series: ResultSeries; summary: object } {
  const grid = evenGrid(input, values['interval'] as number | undefined);
  const season = (values['season'] as number | undefined) ?? findSeason(grid.values);
  if (season === undefined) throw new OperationError(`no season was found in "${input.field}"; give "season" in steps`, 'season');
  if (grid.values.length < 2 * season) {
    throw new OperationError(`"${input.field}" has ${grid.values.length} steps; a season of ${season} needs at least two of it`, 'season');
  }
  const options = optionsOf(values, season, grid.values.length);
  const parts = stl(filledBySeason(grid, season), options, progress);
  const { time, deviceId, field } = input;
  const value = input.parts['value']!;
  const [trend, seasonal, residual] = [0, 1, 2].map(() => new Float64Array(time.length).fill(NaN)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < time.length; row++) {
    const at = stepOf(grid, time[row]!);
    if (at < 0 || at >= grid.values.length) continue;
    trend[row] = parts.trend[at]!;
    seasonal[row] = parts.seasonal[at]!;
    residual[row] = value[row]! - trend[row]! - seasonal[row]!;
  }
  const { step, filled } = grid;
  const summary = {
    deviceId,
    field,
    season,
    stepMs: step,
    steps: grid.values.length,
    filled,
    trendWindow: options.trendWindow,
    ...strengths(parts),
  };
  return { series: { deviceId, field, time, columns: { trend, seasonal, residual } }, summary };
}

/** Defaults as in statsmodels. Very long series are fitted at a tenth of each window, as the authors advise. */
function optionsOf(values: Values, season: number, count: number): StlOptions {
  const seasonalWindow = odd(values['seasonalWindow'], 'seasonalWindow');
  const trendWindow =
    values['trendWindow'] === undefined ? oddAbove((1.5 * season) / (1 - 1.5 / seasonalWindow)) : odd(values['trendWindow'], 'trendWindow');
  if (trendWindow <= season)
    throw new OperationError(`"trendWindow" must be more than a season of ${season}, not ${trendWindow}`, 'trendWindow');
  const lowPassWindow = oddAbove(season + 1);
  const jump = (window: number): number => (count > EXACT_UP_TO ? Math.ceil(window / 10) : 1);
  const loops = values['robust'] ? { innerLoops: 2, outerLoops: 15 } : { innerLoops: 5, outerLoops: 0 };
  const jumps = { seasonalJump: jump(seasonalWindow), trendJump: jump(trendWindow), lowPassJump: jump(lowPassWindow) };
  return { season, seasonalWindow, trendWindow, lowPassWindow, ...jumps, ...loops };
}

const EXACT_UP_TO = 20_000;

function odd(value: unknown, name: string): number {
  if ((value as number) % 2 === 1) return value as number;
  throw new OperationError(`"${name}" must be an odd number, not ${String(value)}`, name);
}

/** The next odd whole number, at or above. */
function oddAbove(least: number): number {
  const whole = Math.ceil(least);
  return whole % 2 === 1 ? whole : whole + 1;
}

/** How much of what is not trend (season) is season (trend), 0 … 1 (Wang, Smith & Hyndman 2006). */
function strengths({ trend, seasonal, residual }: { trend: Float64Array; seasonal: Float64Array; residual: Float64Array }): object {
  const left = variance(residual);
  const share = (part: Float64Array): number => {
    const both = variance(part.map((value, i) => value + residual[i]!));
    return both > 0 ? Math.max(0, 1 - left / both) : 0;
  };
  return { strengthOfTrend: share(trend), strengthOfSeason: share(seasonal) };
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.reduce((sum, value) => sum + ((value - mean) * (value - mean)) / values.length, 0);
}
