/** The windows a distribution is taken of: those of `every`, or one that holds the whole range. */
import type { Values } from '../parameters.js';
import { boundsIn, everyOf, gridOver } from '../time-grid.js';

export interface Windowed {
  starts: Float64Array;
  /** The rows of window w are [bounds[w], bounds[w + 1]). */
  bounds: Uint32Array;
}

/** So many windows with their distributions nobody looks at. */
const WINDOWS_OF_DISTRIBUTIONS_MAX = 100_000;

export function windowsOf(time: Float64Array, values: Values): Windowed {
  const every = everyOf(values);
  if (!every) return { starts: time.slice(0, 1), bounds: Uint32Array.of(0, time.length) };
  const { starts } = gridOver(time[0], time.at(-1), every, values, WINDOWS_OF_DISTRIBUTIONS_MAX);
  return { starts, bounds: boundsIn(starts, time) };
}
