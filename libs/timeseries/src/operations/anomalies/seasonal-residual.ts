/** Not as at this time of the season before (of the day, if nothing else is said). */
import { type Detector, type Fading, fade, figure, newFading, readings, times } from './detector.js';
import { newTail, surprise, type Tail } from './tail.js';

interface State {
  /** The mean of each part of the season. */
  parts: Fading[];
  distance: Fading;
  tail: Tail;
  value: number;
  expected: number;
  ratio: number;
}

const PARTS = 24;
/** Readings of a part that its mean remembers. */
const MEMORY = 60;
const READINGS = 2_000;

export const seasonalResidual: Detector<State> = {
  name: 'seasonal-residual',
  limit: 4,
  initial: () => ({
    parts: Array.from({ length: PARTS }, newFading),
    distance: newFading(),
    tail: newTail(),
    value: 0,
    expected: 0,
    ratio: 0,
  }),
  step(state, time, value, { period }) {
    const phase = ((time % period) + period) % period;
    const part = state.parts[Math.min(Math.floor((phase / period) * PARTS), PARTS - 1)]!;
    const known = part.n > 0;
    const distance = Math.abs(value - part.mean);
    state.value = value;
    state.expected = part.mean;
    state.ratio = known ? times(distance, state.distance) : 0;
    fade(part, value, MEMORY);
    if (!known) return 0;
    fade(state.distance, distance, READINGS);
    return surprise(state.tail, state.ratio);
  },
  why: ({ value, expected, ratio }, origin) => {
    const [it, usual] = readings(origin, value, expected);
    return `${it}, where ${usual} is usual at this time of the season: ${figure(ratio)} times as far off as usual`;
  },
};
