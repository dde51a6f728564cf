/** Far from the median of the last readings, in median absolute deviations (Iglewicz & Hoaglin 1993). */
import { type Detector, figure, readings } from './detector.js';
import { median, medianDistance, newWindow, push, type SortedWindow } from './sorted-window.js';

interface State {
  window: SortedWindow;
  value: number;
  median: number;
  deviation: number;
}

/** Makes the median absolute deviation of normal noise its standard deviation. */
const NORMAL = 1.4826;
/** Fewer readings have no spread worth the name. */
const LEARNING = 12;
/** Where more than half of the readings are equal, any other would be infinitely far. */
const STRENGTH_MAX = 1_000;

export const robustZ: Detector<State> = {
  name: 'robust-z',
  limit: 6,
  initial: () => ({ window: newWindow(), value: 0, median: 0, deviation: 0 }),
  step(state, _time, value, { window: size }) {
    const known = state.window.sorted.length;
    state.value = value;
    let strength = 0;
    if (known >= LEARNING) {
      state.median = median(state.window);
      state.deviation = NORMAL * medianDistance(state.window, state.median);
      const distance = Math.abs(value - state.median);
      strength =
        distance === 0 ? 0 : state.deviation > 0 ? Math.min(distance / state.deviation, STRENGTH_MAX) : spreadless(state, distance);
    }
    push(state.window, value, size);
    return strength;
  },
  why: ({ value, median, deviation }, origin) => {
    const [it, usual] = readings(origin, value, median);
    return deviation > 0
      ? `${it} is ${figure(Math.abs(value - median) / deviation)} deviations ${value > median ? 'above' : 'below'} the median ${usual} of the readings before (deviation ${figure(deviation)})`
      : `${it}, where more than half of the readings before were ${usual}`;
  },
};

/** More than half of the readings are equal: the whole range of the rest is the measure. */
function spreadless({ window: { sorted } }: State, distance: number): number {
  const range = sorted.at(-1)! - sorted[0]!;
  return range > 0 ? Math.min((distance / range) * robustZ.limit, STRENGTH_MAX) : STRENGTH_MAX;
}
