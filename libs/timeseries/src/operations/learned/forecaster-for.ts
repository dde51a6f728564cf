/** The network that takes part in a forecast: one that is kept, or one that is trained now; and in words what came of it. */
import type { Comparison } from '../forecast/forecast-values.js';
import type { ForecastModel } from '../forecast/model.js';
import type { Prepared } from '../forecast/prepared.js';
import type { SeriesInput } from '../operation.js';
import { keptModel, LEARNED, learnedModel } from './learned-model.js';
import { SEED } from './random.js';
import type { TrainedForecaster } from './trained-model.js';

export interface TakingPart {
  /** Absent where it is known already that it cannot. */
  model?: ForecastModel;
  /** Which one it is, where it is kept. */
  about: { modelId?: string; modelVersion?: number; digest?: string };
  /** Why it takes no part, where it does not. */
  without: string;
}

export function networkFor(
  { trained }: SeriesInput,
  { grid, seasons, offset }: Prepared,
  { horizon, asked }: { horizon: number; asked: string },
  progress?: (done: number) => void,
): TakingPart | undefined {
  if (asked === LEARNED) {
    const model = learnedModel({ horizon, offset, seed: SEED, ...(progress && { progress: halfOf(progress) }) });
    return { model, about: {}, without: 'There is too little before the back-test for a network to learn from: it takes no part.' };
  }
  if (asked !== 'auto' || trained?.model.kind !== 'forecast') return undefined;
  const { model, ...about } = trained;
  if (!model.used)
    return { about, without: 'When it was trained, what is chosen with the network was not better by enough: it takes no part.' };
  if (!fits(model, grid.step, seasons)) return { about, without: 'The network was trained on another step or season: it takes no part.' };
  return { model: keptModel(model, offset), about, without: 'The network was trained on what it would be tested on: it takes no part.' };
}

/** It was trained on steps and seasons as these. */
const fits = ({ stepMs, season, longSeason }: TrainedForecaster, step: number, seasons: Prepared['seasons']): boolean =>
  stepMs === step && season === seasons.season && longSeason === seasons.longSeason;

/** The models are tested before it is trained for the first time, and it may be trained once more. */
const halfOf = (progress: (done: number) => void) => (done: number) => progress(0.3 + done / 3);

export function saidOf(comparison: Comparison): { used: boolean; note: string; comparison: Comparison } {
  const { classical, classicalModel, withNetwork, used } = comparison;
  const figures = `In the back-test the mean absolute error is ${round(withNetwork)} with the network and ${round(classical)} without (${classicalModel})`;
  return { used, note: used ? `${figures}: it is used.` : `${figures}, not enough less: it is not used.`, comparison };
}

const round = (error: number): string => String(Number(error.toPrecision(4)));
