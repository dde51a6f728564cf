/** How fast a value changes. */
import type { RateCondition } from '#contracts';
import { durationMs } from '../duration.js';
import { compares, shown, type Leaf, type LeafState } from './leaf.js';

/** Samples: the first reading of each of the last stretches of `over`; without `over` the reading before. */
interface RateState extends LeafState {
  samples: [time: number, value: number][];
  rate: number;
}

/** A window is remembered by so many of its readings, however many there are. */
const STRETCHES = 32;

export function rate({ field, op, value, per, over }: RateCondition): Leaf<RateState> {
  const perMs = durationMs(per);
  const overMs = over === undefined ? undefined : durationMs(over);
  return {
    inputs: [{ field }],
    initial: () => ({ h: false, samples: [], rate: 0 }),
    cause: (state, [seen]) => `${field} = ${shown(seen!)}, by ${shown(state.rate)} per ${per} (${op} ${value})`,
    step(state, [seen], time) {
      const { samples } = state;
      if (overMs !== undefined) while (samples.length > 0 && samples[0]![0] < time - overMs) samples.shift();
      const first = samples[0];
      if (first && time > first[0]) {
        state.rate = ((seen! - first[1]) / (time - first[0])) * perMs;
        state.h = compares(op, state.rate, value);
      } else if (!first) state.h = false;
      remember(samples, time, seen!, overMs);
    },
  };
}

function remember(samples: [number, number][], time: number, value: number, overMs: number | undefined): void {
  if (overMs === undefined) {
    samples.length = 0;
    samples.push([time, value]);
    return;
  }
  const stretch = overMs / STRETCHES;
  const last = samples.at(-1);
  if (!last || Math.floor(time / stretch) > Math.floor(last[0] / stretch)) samples.push([time, value]);
}
