/** The same value again and again, in a series that never stood still for so long: a stuck sensor. */
import { type Detector, figure, reading } from './detector.js';

interface State {
  /** Readings before the present row of equal ones, and how many of them repeated the one before. */
  n: number;
  repeats: number;
  last: number;
  /** Repeats in a row: now, and at most before. */
  run: number;
  longest: number;
  /** There was a reading. */
  begun: boolean;
}

/** What was never different is not stuck. */
const LEARNING = 20;
/** How much longer than the longest row before is still the same thing. */
const SLACK = 1.5;
const FORGET_AT = 32_768;

export const flatLine: Detector<State> = {
  name: 'flat-line',
  limit: 6,
  initial: () => ({ n: 0, repeats: 0, last: 0, run: 0, longest: 0, begun: false }),
  step(state, _time, value) {
    if (state.begun && value === state.last) state.run++;
    else endRow(state, value);
    if (state.n < LEARNING) return 0;
    const chance = (state.repeats + 1) / (state.n + 2);
    return Math.max(state.run - SLACK * state.longest, 0) * -Math.log10(chance);
  },
  why: ({ last, run, longest }, origin) =>
    `${reading(origin + last)} for the ${figure(run + 1, 9)}th time in a row, where it was at most ${figure(longest + 1, 9)} before`,
};

/** A row counts when it is over: it must not make itself likely. */
function endRow(state: State, value: number): void {
  if (state.begun) {
    state.n += state.run + 1;
    state.repeats += state.run;
    state.longest = Math.max(state.run, state.longest);
  }
  state.begun = true;
  state.last = value;
  state.run = 0;
  if (state.n < FORGET_AT) return;
  state.n /= 2;
  state.repeats /= 2;
}
