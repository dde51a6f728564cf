/** The model that an analysis of anomalies goes by: one that is kept, or one trained on the beginning of the series itself. */
import type { Options } from '../anomalies/detector.js';
import { ensemble } from '../anomalies/ensemble.js';
import type { Progress, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import type { DetectorComparison } from './compare-detectors.js';
import { newMisses } from './learned-detector.js';
import type { LearnedFrom } from './one-step.js';
import { SEED } from './random.js';
import { WITHOUT_NETWORK, type TrainedDetector } from './trained-model.js';
import { trainDetector } from './train-detector.js';

export interface UsedModel {
  model: TrainedDetector;
  /** For the summary. */
  about: {
    used: boolean;
    note: string;
    /** ms: readings after it are judged with the network. */
    after?: number;
    modelId?: string;
    modelVersion?: number;
    digest?: string;
    comparison?: DetectorComparison;
  };
}

/** Trained on so many readings, of which nothing later changes anything: so no reading is judged by what came after it. */
const TRAINED_ON = 2_000;

export function modelFor(series: SeriesInput, values: Values, progress?: Progress): UsedModel {
  if (series.trained?.model.kind === 'anomalies') {
    const { model, ...which } = series.trained;
    return { model, about: { used: model.used, ...which, after: model.after, note: model.used ? KEPT_USED : KEPT_NOT_USED } };
  }
  const learnedFrom = withoutMissing(series, TRAINED_ON);
  const options = { ...(values as unknown as Options), seed: SEED };
  const trained = learnedFrom.time.length < TRAINED_ON ? undefined : trainDetector(learnedFrom, options, progress);
  if (!trained) {
    const note = `A network is trained on the first ${TRAINED_ON} readings; there are too few, or they never change: the ensemble judged alone.`;
    return { model: NONE, about: { used: false, note } };
  }
  const { model, comparison } = trained;
  return { model, about: { used: model.used, after: model.after, comparison, note: noteOf(comparison) } };
}

const KEPT_USED = 'Readings that came after its training were judged with the network.';
const KEPT_NOT_USED = 'When it was trained, the network noticed no more than the ensemble: the ensemble judged alone.';

/** In words, with both figures. */
export function noteOf({ noticed: { classical, naive, learned }, used }: DetectorComparison): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const figures = `Of the anomalies put into readings held out, the ensemble noticed ${percent(classical)}, with the last reading as forecast ${percent(naive)}, with the network ${percent(learned)}`;
  return used ? `${figures}: the network is used.` : `${figures}, too little more: the ensemble judges alone.`;
}

/** The first readings that have a value, or all. */
export function withoutMissing({ time, parts }: SeriesInput, most = Infinity): LearnedFrom {
  const rows: number[] = [];
  const value = parts['value']!;
  for (let i = 0; i < time.length && rows.length < most; i++) if (Number.isFinite(value[i]!)) rows.push(i);
  return { time: Float64Array.from(rows, (i) => time[i]!), value: Float64Array.from(rows, (i) => value[i]!) };
}

/** Never asked. */
const NONE: TrainedDetector = {
  ...{ kind: 'anomalies', after: 0, period: 1, scale: 1, used: false, limit: ensemble.limit, beginning: newMisses() },
  network: WITHOUT_NETWORK,
};
