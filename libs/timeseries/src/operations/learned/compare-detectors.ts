/**
 * Back-test of detectors without labels. Both go through the readings held out as they are, and get limits at which none speaks more often than the
 * ensemble does. Then anomalies of several kinds are put in, one at a time, and it is counted who notices.
 */
import type { Options } from '../anomalies/detector.js';
import { ensemble, stepEnsemble } from '../anomalies/ensemble.js';
import { INJECTED_MAX, INJECTIONS } from './injections.js';
import { beginLearned, stepLearned, type LearnedState, type Misses } from './learned-detector.js';
import type { LearnedFrom } from './one-step.js';
import { createRandom, type Random } from './random.js';
import { WITHOUT_NETWORK, type TrainedDetector } from './trained-model.js';

/** `classical`: the ensemble as it is; `naive`: with one who expects the last reading again, instead of the network; `learned`: with the network. */
export type Counts = Record<Who, number>;
type Who = 'classical' | 'naive' | 'learned';

export interface DetectorComparison {
  /** Readings held out, and how many of them each calls anomalous. */
  held: number;
  alarms: Counts;
  /** Of the anomalies put in, by kind: how many there were and how many were noticed. */
  injected: Record<string, Counts & { count: number }>;
  /** The shares of all that were noticed. */
  noticed: Counts;
  limits: Counts;
  used: boolean;
}

const PER_KIND = 25;
/** The network is used only where so much more of what was put in is noticed: less than that may be luck. */
export const NOTICED_MORE = 0.05;
/** Above what would be one alarm more, and above the limit of the ensemble: a few hundred readings tell little of what is rare. */
const ABOVE = 1.1;
/** Of the readings held out, so many are for getting used to how far off the network is. */
const WARM_UP = 50;

interface Given {
  /** As trained on what lies before `held`. */
  model: TrainedDetector;
  held: number;
  options: Options;
  seed: number;
}

export function compareDetectors(
  readings: LearnedFrom,
  { model, held, options, seed }: Given,
): { comparison: DetectorComparison; misses: Misses } {
  const random = createRandom(seed);
  const plan = planned(readings.time.length, held, random);
  const stops = plan.map(({ at }) => at);
  const whole = walk(readings, beginAll(model), options, stops);
  const clean = whole.strengths.slice(held + WARM_UP);
  const limits = limitsFor(clean);
  const sizes = sizesOf(readings.value.subarray(0, held));
  const injected: DetectorComparison['injected'] = {};
  plan.forEach(({ kind, at }, k) => {
    const time = readings.time.subarray(at, at + INJECTED_MAX);
    const value = readings.value.slice(at, at + INJECTED_MAX);
    INJECTIONS[kind]!(value, random, sizes, readings.value.subarray(at - INJECTED_MAX, at));
    const changed = walk({ time, value }, whole.copies[k]!, options, []).strengths;
    const news = counted((who) => changed.some((it, i) => isAlarm(it, who, limits) && !isAlarm(whole.strengths[at + i]!, who, limits)));
    const { count, ...before } = injected[kind] ?? { count: 0, ...counted(() => 0) };
    injected[kind] = { count: count + 1, ...counted((who) => before[who] + Number(news[who])) };
  });
  const noticed = counted((who) => sumOf(Object.values(injected).map((counts) => counts[who])) / Math.max(1, plan.length));
  const alarms = counted((who) => clean.filter((it) => isAlarm(it, who, limits)).length);
  const used = noticed.learned >= Math.max(noticed.classical, noticed.naive) + NOTICED_MORE;
  return { comparison: { held: clean.length, alarms, injected, noticed, limits, used }, misses: whole.end.learned.misses };
}

/** Above what would be one alarm more than the ensemble has. */
function limitsFor(clean: readonly Counts[]): Counts {
  const alarms = clean.filter(({ classical }) => classical >= ensemble.limit).length;
  const next = (who: Who): number => ABOVE * Math.max(ensemble.limit, clean.map((it) => it[who]).sort((a, b) => b - a)[alarms] ?? 0);
  return { classical: ensemble.limit, naive: next('naive'), learned: next('learned') };
}

const isAlarm = (strengths: Counts, who: Who, limits: Counts): boolean => strengths[who] >= limits[who];

const counted = <T>(of: (who: Who) => T): Record<Who, T> => ({
  classical: of('classical'),
  naive: of('naive'),
  learned: of('learned'),
});

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** In the order of the readings, so that one walk passes all of them. */
function planned(count: number, held: number, random: Random): { kind: string; at: number }[] {
  const first = held + WARM_UP;
  const room = count - INJECTED_MAX - first;
  if (room < 1) return [];
  return Object.keys(INJECTIONS)
    .flatMap((kind) => Array.from({ length: PER_KIND }, () => ({ kind, at: first + random.below(room) })))
    .sort((a, b) => a.at - b.at);
}

const beginAll = (model: TrainedDetector) => ({
  classical: ensemble.initial(),
  naive: beginLearned({ ...model, network: WITHOUT_NETWORK }),
  learned: beginLearned(model),
});
type All = ReturnType<typeof beginAll>;

/** All detectors over the readings; copies of their states as they are before the readings at `stops`, which ascend. */
function walk({ time, value }: LearnedFrom, all: All, options: Options, stops: readonly number[]) {
  const strengths: Counts[] = [];
  const copies: All[] = [];
  for (let i = 0; i < time.length; i++) {
    while (stops[copies.length] === i) copies.push(copyOf(all));
    strengths.push({
      classical: stepEnsemble(all.classical, time[i]!, value[i]!, options),
      naive: stepLearned(all.naive, time[i]!, value[i]!, options).strength,
      learned: stepLearned(all.learned, time[i]!, value[i]!, options).strength,
    });
  }
  return { strengths, copies, end: all };
}

const copyOf = ({ classical, naive, learned }: All): All => ({
  classical: structuredClone(classical),
  naive: copyOfLearned(naive),
  learned: copyOfLearned(learned),
});

/** The model itself is never changed. */
const copyOfLearned = ({ model, ...rest }: LearnedState): LearnedState => ({ model, ...structuredClone(rest) });

function sizesOf(values: Float64Array): { jump: number; away: number } {
  const mean = sumOf([...values]) / values.length;
  let [jump, away] = [0, 0];
  values.forEach((value, i) => {
    away += Math.abs(value - mean) / values.length;
    if (i > 0) jump += Math.abs(value - values[i - 1]!) / (values.length - 1);
  });
  return { jump, away };
}
