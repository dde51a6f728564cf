/** Trains a network to foresee the next reading, and finds out on readings held out whether the ensemble notices more with it than without. */
import type { Options } from '../anomalies/detector.js';
import { ensemble } from '../anomalies/ensemble.js';
import type { Progress } from '../operation.js';
import { medianInterval } from '../time-grid.js';
import { compareDetectors, type DetectorComparison } from './compare-detectors.js';
import { newMisses } from './learned-detector.js';
import type { Network } from './network.js';
import { featureCount, reachOf, writeFeatures, type LearnedFrom, type Watched } from './one-step.js';
import { keptNetwork, type TrainedDetector } from './trained-model.js';
import { trainNetwork } from './train-network.js';

/** Fewer teach nothing. */
export const READINGS_MIN = 600;
/** The latest of more. */
export const READINGS_MAX = 10_000;
/** The rest is held out. */
const LEARNED_FROM = 0.6;
/** A season of more readings than this is left to the phase of the clock. */
const LAG_MAX = 3_000;
const TRAINED = 0.8;

export interface DetectorTraining {
  model: TrainedDetector;
  comparison: DetectorComparison;
}

/** Undefined where there are too few readings, or where they never change. */
export function trainDetector(
  all: LearnedFrom,
  { seed, ...options }: Options & { seed: number },
  progress?: Progress,
): DetectorTraining | undefined {
  const [time, raw] = [all.time.subarray(-READINGS_MAX), all.value.subarray(-READINGS_MAX)];
  if (time.length < READINGS_MIN) return undefined;
  const value = raw.map((it) => it - raw[0]!);
  const held = Math.floor(LEARNED_FROM * time.length);
  const watched = watchedOf(time.subarray(0, held), value.subarray(0, held), options.period);
  if (!watched) return undefined;
  const network = trainOn({ time, value }, held, watched, seed, (done) => progress?.(TRAINED * done));
  const model: TrainedDetector = {
    ...{ kind: 'anomalies', after: time[held - 1]!, ...watched, network: keptNetwork(network) },
    ...{ beginning: newMisses(), limit: ensemble.limit, used: true },
  };
  const { comparison, misses } = compareDetectors({ time, value }, { model, held, options, seed });
  progress?.(1);
  const { limits, used } = comparison;
  return { model: { ...model, after: time.at(-1)!, beginning: misses, limit: limits.learned, used }, comparison };
}

function watchedOf(time: Float64Array, value: Float64Array, period: number): Watched | undefined {
  let jumps = 0;
  for (let i = 1; i < value.length; i++) jumps += Math.abs(value[i]! - value[i - 1]!);
  const scale = jumps / (value.length - 1);
  const gap = medianInterval(time);
  if (!(scale > 0) || !Number.isFinite(scale) || gap === undefined) return undefined;
  const lag = Math.round(period / gap);
  const hasLag = lag >= 4 && lag <= LAG_MAX && 2 * lag < value.length;
  return { period, scale, ...(hasLag && { lag }) };
}

function trainOn({ time, value }: LearnedFrom, held: number, watched: Watched, seed: number, progress: Progress): Network {
  const first = reachOf(watched);
  return trainNetwork(
    {
      inputs: featureCount(watched),
      seed,
      draw(random, features, at) {
        const next = first + random.below(held - first);
        writeFeatures((readings) => value[next - readings]!, time[next]!, watched, features, at);
        return Math.max(-OFF_MAX, Math.min(OFF_MAX, (value[next]! - value[next - 1]!) / watched.scale));
      },
    },
    progress,
  );
}
/** A wild reading in the past teaches that there are wild readings, not how wild. */
const OFF_MAX = 10;
