/** Away from the reading before and from the last few, further than such jumps are in this series. */
import { type Detector, type Fading, fade, figure, newFading, readings, times } from './detector.js';
import { newTail, surprise, type Tail } from './tail.js';

interface State {
  last: number;
  few: Fading;
  jump: Fading;
  away: Fading;
  jumps: Tail;
  aways: Tail;
  value: number;
  expected: number;
  ratio: number;
}

const FEW = 8;
const READINGS = 1_000;

export const spike: Detector<State> = {
  name: 'spike',
  limit: 7,
  initial: () => ({
    ...{ last: 0, few: newFading(), jump: newFading(), away: newFading() },
    ...{ jumps: newTail(), aways: newTail(), value: 0, expected: 0, ratio: 0 },
  }),
  step(state, _time, value) {
    const { few, jump, away, last } = state;
    state.last = value;
    if (few.n === 0) return (fade(few, value, FEW), 0);
    const jumped = Math.abs(value - last);
    const distance = Math.abs(value - few.mean);
    const jumpTimes = times(jumped, jump);
    state.value = value;
    state.expected = few.mean;
    state.ratio = times(distance, away);
    fade(few, value, FEW);
    fade(jump, jumped, READINGS);
    fade(away, distance, READINGS);
    return surprise(state.jumps, jumpTimes) + surprise(state.aways, state.ratio);
  },
  why: ({ value, expected, ratio }, origin) => {
    const [it, last] = readings(origin, value, expected);
    return `${it} is ${figure(ratio)} times as far from the last readings (about ${last}) as is usual`;
  },
};
