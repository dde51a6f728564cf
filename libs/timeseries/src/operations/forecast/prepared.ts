/** A field as models take it: on an even grid, the latest of it, without holes, with its seasons. */
import type { SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Parameter, Values } from '../parameters.js';
import { evenGrid, filledBySeason, type EvenGrid } from '../sampling.js';
import { VALUES_MIN } from './forecast-values.js';
import type { Seasons } from './model.js';
import { MODELS } from './models.js';
import { seasonsOf } from './seasons.js';

/** Of longer series the latest steps are taken, or six long seasons if that is more: what is older says little and takes long. */
const STEPS_MAX = 10_000;

export const HORIZON: Parameter = {
  name: 'horizon',
  label: 'Steps ahead',
  type: 'integer',
  min: 1,
  max: 10_000,
  default: 24,
  description: 'How many steps are forecast.',
};

export const GRID_PARAMETERS: readonly Parameter[] = [
  {
    name: 'season',
    label: 'Season',
    type: 'integer',
    min: 1,
    max: 100_000,
    optional: true,
    description: 'How many steps a season has, such as 24 for a day of hours; 1 for none; found by autocorrelation if left out.',
  },
  {
    name: 'longSeason',
    label: 'Long season',
    type: 'integer',
    min: 2,
    max: 1_000_000,
    optional: true,
    description: 'Steps of a longer season, a multiple of the season, such as 168 for a week of hours; looked for if left out.',
  },
];

export const INTERVAL: Parameter = {
  name: 'interval',
  label: 'Step',
  type: 'duration',
  optional: true,
  description: 'The usual gap between values if left out.',
};

export interface Prepared {
  grid: EvenGrid;
  values: Float64Array;
  seasons: Seasons;
  /** Steps since 1970 of the first of the values. */
  offset: number;
}

export function prepare(input: SeriesInput, values: Values): Prepared {
  const grid = evenGrid(input, values['interval'] as number | undefined);
  const given = { season: values['season'] as number | undefined, longSeason: values['longSeason'] as number | undefined };
  checkMultiple(given);
  const longest = Math.max(given.season ?? 0, given.longSeason ?? 0);
  const latest = grid.values.subarray(-Math.max(STEPS_MAX, 6 * longest));
  const seasons = seasonsOf(latest, grid.step, given);
  const whole = filledBySeason({ ...grid, values: latest, counts: grid.counts.subarray(-latest.length) }, seasons.season);
  return { grid, values: whole, seasons, offset: Math.round(grid.start / grid.step) + grid.values.length - latest.length };
}

function checkMultiple({ season, longSeason }: { season: number | undefined; longSeason: number | undefined }): void {
  if (longSeason === undefined || (season !== undefined && longSeason > season && longSeason % season === 0)) return;
  throw new OperationError('"longSeason" must be a multiple of "season", which must be given too', 'longSeason');
}

export function tooShort({ field }: SeriesInput, values: Float64Array, seasons: Seasons, name: string): OperationError {
  const model = MODELS.find((one) => one.name === name);
  const needed = Math.max(VALUES_MIN, Math.ceil(1.5 * Math.min(...(model ? [model] : MODELS).map((one) => one.needs(seasons)))));
  if (values.length >= 2 * needed || !Number.isFinite(needed)) {
    return new OperationError(
      `"${name}" cannot be used for "${field}": it needs ${model?.name.includes('log') || name.includes('multi') ? 'values above 0' : 'a (long) season'}; leave the model out`,
      'model',
    );
  }
  return new OperationError(
    `"${field}" has ${values.length} steps in this range; a forecast needs about ${needed} to be tested on: choose a longer range, or a shorter interval or season`,
    model ? 'model' : undefined,
  );
}
