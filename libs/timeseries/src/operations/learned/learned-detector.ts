/**
 * The ensemble with one more voice: a network that was trained on the series says what comes next, and how far off it was, in decades of surprise, is
 * added to what surprises the others.
 */
import { type Fading, fade, figure, newFading, type Options, readings, times } from '../anomalies/detector.js';
import { ensemble, stepEnsemble } from '../anomalies/ensemble.js';
import { newTail, surprise, type Tail } from '../anomalies/tail.js';
import { agoIn, expected, isFull, newRecent, remember, type Recent, type Watched } from './one-step.js';
import type { Network } from './network.js';
import { networkOf, type TrainedDetector } from './trained-model.js';

export interface Misses {
  usual: Fading;
  tail: Tail;
}

/** Plain JSON. It holds the model: a state that is read again needs nothing else. */
export interface LearnedState {
  model: TrainedDetector;
  others: ReturnType<typeof ensemble.initial>;
  recent: Recent;
  misses: Misses;
  /** Of the latest reading: what it was, what was expected, how many times as far off as usual, in decades. */
  latest: { value: number; expected: number; ratio: number; decades: number };
}

const READINGS = 2_000;

export const newMisses = (): Misses => ({ usual: newFading(), tail: newTail() });

/** How surprising it is to be so far off; then it is counted. */
export function surpriseOf(misses: Misses, distance: number): { ratio: number; decades: number } {
  const ratio = times(distance, misses.usual);
  fade(misses.usual, distance, READINGS);
  return { ratio, decades: surprise(misses.tail, ratio) };
}

export const beginLearned = (model: TrainedDetector): LearnedState => ({
  model,
  others: ensemble.initial(),
  recent: newRecent(model),
  misses: structuredClone(model.beginning) as Misses,
  latest: { value: 0, expected: 0, ratio: 0, decades: 0 },
});

/** The strength, and from which on it is anomalous. Before the network may be asked, or where it was no better, both are those of the ensemble. */
export function stepLearned(state: LearnedState, time: number, value: number, options: Options): { strength: number; limit: number } {
  const { model, recent } = state;
  const isAsked = model.used && time > model.after && isFull(recent);
  state.latest = isAsked ? ask(state, networkFor(model), time, value) : { value, expected: value, ratio: 0, decades: 0 };
  remember(recent, value);
  const strength = stepEnsemble(state.others, time, value, { ...options, added: state.latest.decades });
  return { strength, limit: isAsked ? model.limit : ensemble.limit };
}

export function whyLearned({ latest, others }: LearnedState, origin: number): string {
  if (latest.decades < Math.max(...others.strengths)) return ensemble.why(others, origin);
  const [it, expectation] = readings(origin, latest.value, latest.expected);
  return `network: ${it}, where ${expectation} was expected: ${figure(latest.ratio)} times as far off as usual`;
}

function ask({ model, recent, misses }: LearnedState, network: Network, time: number, value: number): LearnedState['latest'] {
  const foretold = expected(network, agoIn(recent), time, watchedBy(model));
  return { value, expected: foretold, ...surpriseOf(misses, Math.abs(value - foretold)) };
}

export const watchedBy = ({ period, lag, scale }: TrainedDetector): Watched => ({ period, scale, ...(lag !== undefined && { lag }) });

/** Read from its text once, not with every reading. */
const networks = new WeakMap<TrainedDetector, Network>();
function networkFor(model: TrainedDetector): Network {
  let network = networks.get(model);
  if (!network) networks.set(model, (network = networkOf(model.network)));
  return network;
}
