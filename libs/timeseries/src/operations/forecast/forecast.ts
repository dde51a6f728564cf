/** What comes next, and how sure that is. */
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import { LEARNED } from '../learned/learned-model.js';
import { networkFor, saidOf } from '../learned/forecaster-for.js';
import type { Values } from '../parameters.js';
import { forecastValues, type Forecast } from './forecast-values.js';
import { MODELS } from './models.js';
import { GRID_PARAMETERS, HORIZON, INTERVAL, prepare, tooShort } from './prepared.js';

const COLUMNS = ['mean', 'lower80', 'upper80', 'lower95', 'upper95'] as const;

/** As `auto`, but for networks. */
const CLASSICAL = 'classical';

export const forecast: Operation = {
  name: 'forecast',
  label: 'Forecast',
  description:
    'The next steps, with intervals that hold 80 and 95 % of what comes. The readings are put on an even grid (gaps filled by straight lines or, longer ones, as a season before); each model is fitted on the earlier part and asked from many origins in the later part (back-test); the combination of all, each weighted by the fourth power of the inverse of its mean absolute error there, is taken, or a single model that did better. Intervals are quantiles of the errors of the back-test, for each step and phase of the season. Smoothing models are fitted by Nelder–Mead to the least sum of squared one-step-ahead errors, the autoregression by ridge regression.',
  source:
    'Theta: Assimakopoulos & Nikolopoulos 2000; two seasons: Taylor 2003; combination: Bates & Granger 1969; intervals: Lei et al. 2018; back-test: Tashman 2000',
  parameters: [
    HORIZON,
    ...GRID_PARAMETERS,
    {
      name: 'model',
      label: 'Model',
      type: 'choice',
      choices: ['auto', CLASSICAL, LEARNED, 'combination', ...MODELS.map(({ name }) => name)],
      default: 'auto',
      description:
        'Chosen by back-test (auto; with a network that was trained on the field before, where there is one and it does better), from all but networks (classical), with a network that is trained now where it does better (learned: takes seconds), or this one.',
    },
    INTERVAL,
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
  const prepared = prepare(input, values);
  const { grid, seasons } = prepared;
  const [horizon, asked] = [values['horizon'] as number, values['model'] as string];
  const model = asked === CLASSICAL || asked === LEARNED ? 'auto' : asked;
  const network = networkFor(input, prepared, { horizon, asked }, progress);
  const found = forecastValues(prepared.values, { seasons, horizon, model, learned: network?.model }, progress);
  if (!found) throw tooShort(input, prepared.values, seasons, model);
  const last = grid.start + (grid.values.length - 1) * grid.step;
  const time = Float64Array.from({ length: horizon }, (_, h) => last + (h + 1) * grid.step);
  const { deviceId, field } = input;
  const about = { stepMs: grid.step, steps: prepared.values.length, filled: grid.filled, ...seasons };
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, found[name]]));
  const said = found.learned ? saidOf(found.learned) : { used: false, note: network?.without };
  const learned = network && { learned: { ...network.about, ...said } };
  return { series: { deviceId, field, time, columns }, summary: { deviceId, field, ...about, ...choiceOf(found), ...learned } };
}

const choiceOf = ({ chosen, error, members, backtest }: Forecast): object => ({
  model: chosen,
  meanAbsoluteError: error,
  members,
  backtest,
});
