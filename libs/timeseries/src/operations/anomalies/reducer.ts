/** From a detector to the columns of the operation: `score` and `anomaly`, reading by reading. */
import type { OnlineReducer } from '../operation.js';
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

export interface AnomaliesState {
  /** The first value; `begun` once there is one. All others are told to the detector less by it: huge offsets cost no digits. */
  origin: number;
  begun: boolean;
  detector: object;
}

/** Beyond, differences and sums would overflow. */
const VALUE_MAX = 1e300;

export const anomaliesReducer: OnlineReducer<AnomaliesState> = {
  initial: (values) => ({ origin: 0, begun: false, detector: detectorOf(values).initial() }),
  step(state, time, value, values) {
    if (!Number.isFinite(value)) return { state, row: [NaN, 0] };
    const bounded = Math.max(-VALUE_MAX, Math.min(VALUE_MAX, value));
    if (!state.begun) {
      state.begun = true;
      state.origin = bounded;
    }
    const detector = detectorOf(values);
    const strength = detector.step(state.detector, time, bounded - state.origin, values as unknown as Options);
    const score = strength / (strength + detector.limit);
    return { state, row: [score, score >= (values['threshold'] as number) ? 1 : 0] };
  },
};

export const detectorOf = (values: Values): Detector => DETECTORS.get(values['detector'] as string) ?? (ensemble as unknown as Detector);

/** Why the latest reading has the score it has. */
export const whyLatest = (state: AnomaliesState, values: Values): string => detectorOf(values).why(state.detector, state.origin);
