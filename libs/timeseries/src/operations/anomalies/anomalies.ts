/** The operation `anomalies`: how strange each reading is after all before it, and in words what is strange about each anomalous stretch. */
import type { Operation, OperationResult, Progress, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { modelFor, type UsedModel } from '../learned/detector-for.js';
import { anomaliesReducer, DETECTORS, detectorNameOf, isLearned, LEARNED, whyLatest } from './reducer.js';

interface Stretch {
  from: number;
  to: number;
  readings: number;
  score: number;
  detector: string;
  why: string;
}

/** In a summary, by series; what is left out is counted. */
const STRETCHES_MAX = 1_000;
/** Between two reports of progress. */
const PROGRESS_EVERY = 16_384;

export const anomalies: Operation = {
  name: 'anomalies',
  // 2: its words are rounded, and they are part of the digest.
  version: 2,
  label: 'Anomalies',
  description:
    'Scores each reading by how strange it is after all that came before, never by what comes later. The ensemble needs no tuning; a single detector tells one kind of strangeness.',
  source: 'Evaluated with the Numenta Anomaly Benchmark (Lavin & Ahmad 2015); the methods are named at each detector',
  parameters: [
    {
      ...{ name: 'detector', label: 'Detector', type: 'choice', choices: [...DETECTORS.keys(), LEARNED], default: 'ensemble' },
      description:
        'What counts as strange: one kind of thing, (ensemble) all of them weighed together, or (learned) the ensemble with a neural network trained on the field, where that notices more',
    },
    {
      ...{ name: 'threshold', label: 'Threshold', type: 'number', min: 0, max: 1, default: 0.5 },
      description: 'The score from which a reading is an anomaly; higher means fewer',
    },
    {
      ...{ name: 'window', label: 'Window', type: 'integer', min: 12, max: 512, default: 128 },
      description: 'For robust-z: the number of readings that the newest one is compared with',
    },
    {
      ...{ name: 'period', label: 'Season', type: 'duration', default: '1d' },
      description: 'For seasonal-residual, the ensemble and what is learned: after what time the series repeats itself',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [
    { name: 'score', label: 'Score', kind: 'number' },
    { name: 'anomaly', label: 'Anomaly', kind: 'boolean' },
  ],
  rows: 'each',
  online: anomaliesReducer,
  run(input, values, progress): OperationResult {
    const found = input.map((series, at) => detect(series, values, (done) => progress?.((at + done) / input.length)));
    return {
      series: found.map(({ result }) => result),
      summary: {
        detector: detectorNameOf(values),
        series: found.map(({ result: { deviceId, field }, stretches, learned }) => ({
          ...{ deviceId, field, anomalies: stretches.length },
          ...(learned && { learned }),
          stretches: stretches.slice(0, STRETCHES_MAX),
        })),
      },
    };
  },
};

interface Detected {
  result: ResultSeries;
  stretches: Stretch[];
  learned?: UsedModel['about'];
}

function detect(series: SeriesInput, values: Values, progress: Progress): Detected {
  const { deviceId, field, time } = series;
  const value = series.parts['value']!;
  const score = new Float64Array(time.length);
  const anomaly = new Float64Array(time.length);
  const stretches: Stretch[] = [];
  const learned = isLearned(values) ? modelFor(series, values, progress) : undefined;
  let state = anomaliesReducer.initial(values, learned?.model);
  for (let i = 0; i < time.length; i++) {
    if (i % PROGRESS_EVERY === 0) progress(i / time.length);
    const next = anomaliesReducer.step(state, time[i]!, value[i]!, values);
    state = next.state;
    score[i] = next.row[0]!;
    anomaly[i] = next.row[1]!;
    if (anomaly[i] === 1) note(stretches, time[i]!, score[i]!, anomaly[i - 1] === 1, () => whyLatest(state, values));
  }
  progress(1);
  const name = detectorNameOf(values);
  return {
    result: { deviceId, field, time, columns: { score, anomaly } },
    stretches: stretches.map((it) => named(it, name)),
    ...(learned && { learned: learned.about }),
  };
}

/** A stretch is told by its strongest reading. */
function note(stretches: Stretch[], time: number, score: number, goesOn: boolean, why: () => string): void {
  const open = goesOn ? stretches.at(-1) : undefined;
  if (!open) {
    stretches.push({ from: time, to: time, readings: 1, score, detector: '', why: why() });
    return;
  }
  open.to = time;
  open.readings++;
  if (score <= open.score) return;
  open.score = score;
  open.why = why();
}

/** The ensemble's reasons begin with the member that says most. */
function named(stretch: Stretch, detector: string): Stretch {
  const [, member, why] = /^([a-z-]+): (.*)$/s.exec(stretch.why) ?? [];
  return { ...stretch, detector: member ?? detector, why: why ?? stretch.why };
}
