/** Restless: the last twenty readings jump more from one to the next than any twenty before, or than hardly any. */
import { type Detector, type Fading, fade, figure, newFading, times } from './detector.js';
import { newTail, surprise, type Tail } from './tail.js';

interface State {
  seen: number;
  last: number;
  now: Fading;
  long: Fading;
  tail: Tail;
  ratio: number;
}

const FEW = 20;
const READINGS = 1_000;

export const spread: Detector<State> = {
  name: 'spread',
  limit: 4,
  initial: () => ({ seen: 0, last: 0, now: newFading(), long: newFading(), tail: newTail(), ratio: 0 }),
  step(state, _time, value) {
    const jump = Math.abs(value - state.last);
    state.last = value;
    if (state.seen === 0) return ((state.seen = 1), 0);
    fade(state.now, jump, FEW);
    const grown = state.now.n >= FEW;
    state.ratio = grown ? times(state.now.mean, state.long) : 0;
    fade(state.long, jump, READINGS);
    return grown ? surprise(state.tail, state.ratio) : 0;
  },
  why: ({ ratio }) => `the last ${FEW} readings jump ${figure(ratio)} times as much from one to the next as is usual`,
};
