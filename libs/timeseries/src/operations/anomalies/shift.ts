/** A short mean against a long one: the frame of `step` and `drift`. */
import { type Detector, type Fading, fade, figure, newFading, readings, times } from './detector.js';
import { newTail, surprise, type Tail } from './tail.js';

interface ShiftState {
  fast: Fading;
  slow: Fading;
  apart: Fading;
  tail: Tail;
  /** The long mean before the latest reading. */
  before: number;
  ratio: number;
}

const READINGS = 2_000;
const KNOWN = 50;
const CLIP = 3;

export function shiftDetector(of: { name: string; limit: number; fast: number; slow: number; says: string }): Detector<ShiftState> {
  return {
    name: of.name,
    limit: of.limit,
    initial: () => ({ fast: newFading(), slow: newFading(), apart: newFading(), tail: newTail(), before: 0, ratio: 0 }),
    step(state, _time, value) {
      const { fast, slow, apart } = state;
      fade(fast, value, of.fast);
      // As long as the short mean is not full, both are the same.
      if (slow.n < of.fast) return (fade(slow, value, of.slow), 0);
      const distance = Math.abs(fast.mean - slow.mean);
      state.before = slow.mean;
      state.ratio = times(distance, apart);
      fade(slow, value, of.slow);
      // A change that lasts is not to make itself usual.
      fade(apart, apart.n < KNOWN ? distance : Math.min(distance, CLIP * apart.mean), READINGS);
      return surprise(state.tail, state.ratio);
    },
    why: ({ fast, before, ratio }, origin) => {
      const [now, mean] = readings(origin, fast.mean, before);
      return `${of.says}, ${now}, is ${figure(ratio)} times as far from the long mean ${mean} as is usual`;
    },
  };
}
