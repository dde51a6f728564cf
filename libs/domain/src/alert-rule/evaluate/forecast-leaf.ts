/** Whether a value is on its way to a bound: by a straight line through its readings, older ones counting less.
 *  Discounted least squares (R. G. Brown, Smoothing, Forecasting and Prediction, 1963), for any distance between readings. */
import type { ForecastCondition } from '#contracts';
import { durationMs } from '../duration.js';
import { compares, shown, type Leaf, type LeafState } from './leaf.js';

/** Weighted sums over readings at x half-lives before the latest: of 1, x, x², y, xy. */
interface ForecastState extends LeafState {
  sums: [s0: number, s1: number, s2: number, y0: number, y1: number];
  n: number;
  time: number;
  ahead: number;
}

/** A line through fewer says nothing. */
const READINGS_MIN = 5;

export function forecast({ field, op, value, within, params }: ForecastCondition): Leaf<ForecastState> {
  const withinMs = durationMs(within);
  const halfLifeMs = params?.halfLife === undefined ? withinMs / 4 : durationMs(params.halfLife);
  const horizon = withinMs / halfLifeMs;
  return {
    inputs: [{ field }],
    initial: () => ({ h: false, sums: [0, 0, 0, 0, 0], n: 0, time: 0, ahead: 0 }),
    cause: (state, [seen]) => `${field} = ${shown(seen!)}, ${shown(state.ahead)} within ${within} (${op} ${value})`,
    step(state, [seen], time) {
      const passed = state.n === 0 ? 0 : (time - state.time) / halfLifeMs;
      add(state.sums, passed, seen!);
      state.n = Math.min(state.n + 1, READINGS_MIN);
      state.time = time;
      state.ahead = lineAt(state.sums, horizon, seen!);
      state.h = compares(op, seen!, value) || (state.n >= READINGS_MIN && compares(op, state.ahead, value));
    },
  };
}

function add(sums: ForecastState['sums'], passed: number, value: number): void {
  const [s0, s1, s2, y0, y1] = sums;
  const weight = 2 ** -passed;
  sums[0] = weight * s0 + 1;
  sums[1] = weight * (s1 - passed * s0);
  sums[2] = weight * (s2 - 2 * passed * s1 + passed * passed * s0);
  sums[3] = weight * y0 + value;
  sums[4] = weight * (y1 - passed * y0);
}

/** Where all readings are at one time there is no line: the latest value. */
function lineAt([s0, s1, s2, y0, y1]: ForecastState['sums'], x: number, latest: number): number {
  const determinant = s0 * s2 - s1 * s1;
  if (!(determinant > 1e-12 * s0 * s2)) return latest;
  return (s2 * y0 - s1 * y1 + (s0 * y1 - s1 * y0) * x) / determinant;
}
