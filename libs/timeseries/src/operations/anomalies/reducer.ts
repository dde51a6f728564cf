/** From a detector to the columns of the operation: `score` and `anomaly`, reading by reading. */
import { beginLearned, stepLearned, whyLearned, type LearnedState } from '../learned/learned-detector.js';
import type { OnlineReducer } from '../operation.js';
import { ModelNeededError } from '../operation-errors.js';
import type { TrainedModel } from '../learned/trained-model.js';
import type { Values } from '../parameters.js';
import type { Detector, Options } from './detector.js';
import { drift } from './drift.js';
import { ensemble } from './ensemble.js';
import { flatLine } from './flat-line.js';
import { robustZ } from './robust-z.js';
import { seasonalResidual } from './seasonal-residual.js';
import { silence } from './silence.js';
import { spike } from './spike.js';
import { stepChange } from './step-change.js';

export const DETECTORS: ReadonlyMap<string, Detector> = new Map(
  ([ensemble, robustZ, seasonalResidual, spike, stepChange, drift, flatLine, silence] as unknown as Detector[]).map((it) => [it.name, it]),
);

/** The ensemble, helped by a network that was trained on the series. */
export const LEARNED = 'learned';
export const isLearned = (values: Values): boolean => values['detector'] === LEARNED;

export interface AnomaliesState {
  /** The first value; `begun` once there is one. All others are told to the detector less by it: huge offsets cost no digits. */
  origin: number;
  begun: boolean;
  detector: object;
}

/** Beyond, differences and sums would overflow. */
const VALUE_MAX = 1e300;

export const anomaliesReducer: OnlineReducer<AnomaliesState> = {
  initial: (values, model) => ({ origin: 0, begun: false, detector: isLearned(values) ? begin(model) : detectorOf(values).initial() }),
  step(state, time, value, values) {
    if (!Number.isFinite(value)) return { state, row: [NaN, 0] };
    const bounded = Math.max(-VALUE_MAX, Math.min(VALUE_MAX, value));
    if (!state.begun) {
      state.begun = true;
      state.origin = bounded;
    }
    const { strength, limit } = judge(state.detector, time, bounded - state.origin, values);
    const score = strength / (strength + limit);
    return { state, row: [score, score >= (values['threshold'] as number) ? 1 : 0] };
  },
};

function judge(state: object, time: number, value: number, values: Values): { strength: number; limit: number } {
  const options = values as unknown as Options;
  if (isLearned(values)) return stepLearned(state as LearnedState, time, value, options);
  const detector = detectorOf(values);
  return { strength: detector.step(state, time, value, options), limit: detector.limit };
}

function begin(model: TrainedModel | undefined): LearnedState {
  if (model?.kind === 'anomalies') return beginLearned(model);
  throw new ModelNeededError(
    'the detector "learned" needs a trained model: ask for "train-model" of this field with the purpose "anomalies" first',
    'detector',
  );
}

const detectorOf = (values: Values): Detector => DETECTORS.get(values['detector'] as string) ?? (ensemble as unknown as Detector);

/** As parameters and summaries call it. */
export const detectorNameOf = (values: Values): string => (isLearned(values) ? LEARNED : detectorOf(values).name);

/** Why the latest reading has the score it has. */
export const whyLatest = ({ detector, origin }: AnomaliesState, values: Values): string =>
  isLearned(values) ? whyLearned(detector as LearnedState, origin) : detectorOf(values).why(detector, origin);
