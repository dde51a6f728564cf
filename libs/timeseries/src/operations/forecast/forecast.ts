/** What comes next, and how sure that is. */
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Values } from '../parameters.js';
import { evenGrid, filledBySeason } from '../sampling.js';
import { forecastValues, VALUES_MIN, type Forecast } from './forecast-values.js';
import { MODELS } from './models.js';
import { seasonsOf } from './seasons.js';

const COLUMNS = ['mean', 'lower80', 'upper80', 'lower95', 'upper95'] as const;

/** Of longer series the latest steps are taken, or six long seasons if that is more: what is older says little and takes long. */
const STEPS_MAX = 10_000;

export const forecast: Operation = {
  name: 'forecast',
  label: 'Forecast',
  description:
    'The next steps, with intervals that hold 80 and 95 % of what comes. The readings are put on an even grid (gaps filled by straight lines or, longer ones, as a season before); each model is fitted on the earlier part and asked from many origins in the later part (back-test); the combination of all, each weighted by the fourth power of the inverse of its mean absolute error there, is taken, or a single model that did better. Intervals are quantiles of the errors of the back-test, for each step and phase of the season. Smoothing models are fitted by Nelder–Mead to the least sum of squared one-step-ahead errors, the autoregression by ridge regression.',
  source:
    'Theta: Assimakopoulos & Nikolopoulos 2000; two seasons: Taylor 2003; combination: Bates & Granger 1969; intervals: Lei et al. 2018; back-test: Tashman 2000',
  parameters: [
    {
      name: 'horizon',
      label: 'Steps ahead',
      type: 'integer',
      min: 1,
      max: 10_000,
      default: 24,
      description: 'How many steps are forecast.',
    },
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
    {
      name: 'model',
      label: 'Model',
      type: 'choice',
      choices: ['auto', 'combination', ...MODELS.map(({ name }) => name)],
      default: 'auto',
      description: 'Chosen by back-test, or this one.',
    },
    { name: 'interval', label: 'Step', type: 'duration', optional: true, description: 'The usual gap between values if left out.' },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [
    { name: 'mean', label: 'Forecast', kind: 'number' },
    { name: 'lower80', label: 'Lower bound, 80 %', kind: 'number' },
    { name: 'upper80', label: 'Upper bound, 80 %', kind: 'number' },
    { name: 'lower95', label: 'Lower bound, 95 %', kind: 'number' },
    { name: 'upper95', label: 'Upper bound, 95 %', kind: 'number' },
  ],
  rows: 'ahead',
  run(input, values, progress) {
    const parts = input.map((one, at) => forecastOne(one, values, (done) => progress?.((at + done) / input.length)));
    progress?.(1);
    return { series: parts.map(({ series }) => series), summary: { fields: parts.map(({ summary }) => summary) } };
  },
};

function forecastOne(input: SeriesInput, values: Values, progress: (done: number) => void): { series: ResultSeries; summary: object } {
  const grid = evenGrid(input, values['interval'] as number | undefined);
  const given = { season: values['season'] as number | undefined, longSeason: values['longSeason'] as number | undefined };
  checkMultiple(given);
  const longest = Math.max(given.season ?? 0, given.longSeason ?? 0);
  const latest = grid.values.subarray(-Math.max(STEPS_MAX, 6 * longest));
  const seasons = seasonsOf(latest, grid.step, given);
  const whole = filledBySeason({ ...grid, values: latest, counts: grid.counts.subarray(-latest.length) }, seasons.season);
  const [horizon, model] = [values['horizon'] as number, values['model'] as string];
  const found = forecastValues(whole, { seasons, horizon, model }, progress);
  if (!found) throw tooShort(input, latest, seasons, model);
  const last = grid.start + (grid.values.length - 1) * grid.step;
  const time = Float64Array.from({ length: horizon }, (_, h) => last + (h + 1) * grid.step);
  const { deviceId, field } = input;
  const about = { stepMs: grid.step, steps: latest.length, filled: grid.filled, ...seasons };
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, found[name]]));
  return { series: { deviceId, field, time, columns }, summary: { deviceId, field, ...about, ...choiceOf(found) } };
}

const choiceOf = ({ chosen, error, members, backtest }: Forecast): object => ({
  model: chosen,
  meanAbsoluteError: error,
  members,
  backtest,
});

function checkMultiple({ season, longSeason }: { season: number | undefined; longSeason: number | undefined }): void {
  if (longSeason === undefined || (season !== undefined && longSeason > season && longSeason % season === 0)) return;
  throw new OperationError('"longSeason" must be a multiple of "season", which must be given too', 'longSeason');
}

function tooShort({ field }: SeriesInput, values: Float64Array, seasons: ReturnType<typeof seasonsOf>, name: string): OperationError {
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
