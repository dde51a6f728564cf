/** A reading that came late: the gap before it is longer than this series has gaps. */
import { durationText } from '../parameters.js';
import { type Detector, type Fading, fade, figure, newFading, times } from './detector.js';
import { newTail, surprise, type Tail } from './tail.js';

interface State {
  begun: boolean;
  last: number;
  gap: Fading;
  tail: Tail;
  /** The gap before the latest reading, and how many usual ones it is. */
  latest: number;
  ratio: number;
}

const READINGS = 1_000;
/** Shorter ones are jitter, however regular the series is otherwise. */
const GAP_MIN = 3;

export const silence: Detector<State> = {
  name: 'silence',
  limit: 4,
  initial: () => ({ begun: false, last: 0, gap: newFading(), tail: newTail(), latest: 0, ratio: 0 }),
  step(state, time) {
    const gap = Math.max(time - state.last, 0);
    state.last = time;
    if (!state.begun) return ((state.begun = true), 0);
    state.latest = gap;
    state.ratio = times(gap, state.gap);
    fade(state.gap, gap, READINGS);
    const found = surprise(state.tail, state.ratio);
    return state.ratio < GAP_MIN ? 0 : found;
  },
  why: ({ latest, ratio }) => `no reading for ${durationText(Math.round(latest))}, ${figure(ratio)} times the usual gap`,
};
