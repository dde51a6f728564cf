/** The operation `train-model`: a small network learns one field of one device, is compared with what is used without it, and is kept. */
import { forecastValues } from '../forecast/forecast-values.js';
import { GRID_PARAMETERS, HORIZON, INTERVAL, prepare, tooShort } from '../forecast/prepared.js';
import type { Operation, OperationResult, Progress, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import type { Values } from '../parameters.js';
import type { Counts } from './compare-detectors.js';
import { noteOf, withoutMissing } from './detector-for.js';
import { saidOf } from './forecaster-for.js';
import { learnedModel } from './learned-model.js';
import { SEED } from './random.js';
import { READINGS_MIN, trainDetector } from './train-detector.js';
import { digestOfModel, textOfModel, type TrainedForecaster, type TrainedModel } from './trained-model.js';

export const trainModel: Operation = {
  name: 'train-model',
  label: 'Train a network',
  description:
    'A small neural network (one hidden layer) learns how the field goes on, and is tested on the later part of what is there, from which it did not learn. It is kept, with a version; forecasts (model “auto”) and anomalies (detector “learned”) of the field use the latest one that did better than what is used without it. The same readings and seed give the same network, to the last bit.',
  source: 'Adam: Kingma & Ba 2015; averaged weights: Polyak & Juditsky 1992; back-test: Tashman 2000',
  parameters: [
    {
      ...{ name: 'purpose', label: 'For', type: 'choice', choices: ['forecast', 'anomalies'], default: 'forecast' },
      description: 'What the network is for.',
    },
    { ...HORIZON, description: 'For forecasts: how many steps ahead it learns to look.' },
    ...GRID_PARAMETERS.map((parameter) => ({ ...parameter, description: `For forecasts. ${parameter.description}` })),
    { ...INTERVAL, description: `For forecasts. ${INTERVAL.description}` },
    {
      ...{ name: 'period', label: 'Period', type: 'duration', default: '1d' },
      description: 'For anomalies: after what time the series repeats itself.',
    },
    {
      ...{ name: 'seed', label: 'Seed', type: 'integer', min: 0, max: 2 ** 31 - 1, default: SEED },
      description: 'Where its random numbers begin: another one gives another network, about as good.',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 1 },
  columns: [
    { name: 'candidate', label: 'Candidate', kind: 'text' },
    { name: 'error', label: 'Error in the back-test', kind: 'number' },
  ],
  rows: 'own',
  run([input], values, progress) {
    const trained = values['purpose'] === 'anomalies' ? trainWatcher(input!, values, progress) : trainForecaster(input!, values, progress);
    progress?.(1);
    return asResult(input!, trained, values['seed'] as number);
  },
};

interface Training {
  model: TrainedModel;
  used: boolean;
  note: string;
  comparison: object;
  /** Name and error, the smaller the better. */
  candidates: [string, number][];
}

function trainForecaster(input: SeriesInput, values: Values, progress?: Progress): Training {
  const { values: history, seasons, offset, grid } = prepare(input, values);
  const [horizon, seed] = [values['horizon'] as number, values['seed'] as number];
  const networks: TrainedForecaster['networks'] = [];
  const training = {
    progress: (done: number) => progress?.((networks.length + done) / 2),
    keep: (one: (typeof networks)[0]) => void networks.push(one),
  };
  const learned = learnedModel({ horizon, offset, seed, ...training });
  const found = forecastValues(history, { seasons, horizon, model: 'auto', learned });
  if (!found) throw tooShort(input, history, seasons, 'auto');
  if (!found.learned) throw new OperationError(tooLittle(input, history.length, 3 * learned.needs(seasons)));
  const { season, longSeason } = seasons;
  const { used, note } = saidOf(found.learned);
  return {
    model: { kind: 'forecast', stepMs: grid.step, season, ...(longSeason !== undefined && { longSeason }), horizon, networks, used },
    ...{ used, note, comparison: found.learned },
    candidates: [
      ...Object.entries(found.backtest.errors),
      [`without network: ${found.learned.classicalModel}`, found.learned.classical],
      ['network alone', found.learned.network],
      ['with network', found.learned.withNetwork],
    ],
  };
}

function trainWatcher(input: SeriesInput, values: Values, progress?: Progress): Training {
  const readings = withoutMissing(input);
  const [period, seed] = [values['period'] as number, values['seed'] as number];
  const trained = trainDetector(readings, { period, window: 128, seed }, progress);
  if (!trained) throw new OperationError(tooLittle(input, readings.time.length, READINGS_MIN));
  const { model, comparison } = trained;
  const missed = (who: keyof Counts) => 1 - comparison.noticed[who];
  return {
    ...{ model, used: model.used, note: noteOf(comparison), comparison },
    candidates: [
      ['ensemble: share missed', missed('classical')],
      ['ensemble with the last reading as forecast: share missed', missed('naive')],
      ['ensemble with network: share missed', missed('learned')],
    ],
  };
}

const tooLittle = ({ field }: SeriesInput, there: number, needed: number): string =>
  `"${field}" has ${there} values that change; a network needs about ${needed} to learn from and to be tested on: choose a longer range`;

function asResult({ deviceId, field, time }: SeriesInput, { model, candidates, ...said }: Training, seed: number): OperationResult {
  const columns = { candidate: candidates.map(([name]) => name), error: Float64Array.from(candidates, ([, error]) => error) };
  const text = textOfModel(model);
  return {
    series: [{ deviceId, field, time: new Float64Array(candidates.length).fill(time.at(-1)!), columns }],
    summary: { deviceId, field, purpose: model.kind, seed, ...said, modelDigest: digestOfModel(text), modelBytes: text.length },
    trained: model,
  };
}
