/** Far from where the series has been for long, as it never or hardly was before. */
import { type Detector, type Fading, fade, figure, newFading, readings, times } from './detector.js';
import { newTail, surprise, type Tail } from './tail.js';

interface State {
  mean: Fading;
  distance: Fading;
  tail: Tail;
  value: number;
  usual: number;
  ratio: number;
}

const READINGS = 2_000;

export const level: Detector<State> = {
  name: 'level',
  limit: 4,
  initial: () => ({ mean: newFading(), distance: newFading(), tail: newTail(), value: 0, usual: 0, ratio: 0 }),
  step(state, _time, value) {
    const { mean, distance } = state;
    if (mean.n === 0) return (fade(mean, value, READINGS), 0);
    const away = Math.abs(value - mean.mean);
    state.value = value;
    state.usual = mean.mean;
    state.ratio = times(away, distance);
    fade(mean, value, READINGS);
    fade(distance, away, READINGS);
    return surprise(state.tail, state.ratio);
  },
  why: ({ value, usual, ratio }, origin) => {
    const [it, mean] = readings(origin, value, usual);
    return `${it} is ${figure(ratio)} times as far from the long mean ${mean} as readings usually are`;
  },
};
