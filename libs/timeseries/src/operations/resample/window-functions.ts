/** What a window makes of its values: rows [from, to) of a column, at least one, none missing. */
import { quantileOfSorted } from '../distribution/quantile.js';

export type WindowFunction = (value: Float64Array, from: number, to: number) => number;

export const WINDOW_FUNCTIONS = {
  mean: (value, from, to) => sum(value, from, to) / (to - from),
  min: (value, from, to) => fold(value, from, to, Math.min),
  max: (value, from, to) => fold(value, from, to, Math.max),
  sum,
  count: (_, from, to) => to - from,
  first: (value, from) => value[from]!,
  last: (value, _, to) => value[to - 1]!,
  median: (value, from, to) => quantileOfSorted(value.slice(from, to).sort(), 0.5),
  range: (value, from, to) => fold(value, from, to, Math.max) - fold(value, from, to, Math.min),
  stddev: standardDeviation,
} satisfies Record<string, WindowFunction>;

export type WindowFunctionName = keyof typeof WINDOW_FUNCTIONS;

/** With Neumaier's correction, so that millions of values lose nothing. */
function sum(value: Float64Array, from: number, to: number): number {
  let total = 0;
  let lost = 0;
  for (let i = from; i < to; i++) {
    const next = total + value[i]!;
    lost += Math.abs(total) >= Math.abs(value[i]!) ? total - next + value[i]! : value[i]! - next + total;
    total = next;
  }
  return total + lost;
}

function fold(value: Float64Array, from: number, to: number, choose: (a: number, b: number) => number): number {
  let chosen = value[from]!;
  for (let i = from + 1; i < to; i++) chosen = choose(chosen, value[i]!);
  return chosen;
}

/** Of a sample (n − 1); nothing for a single value. */
function standardDeviation(value: Float64Array, from: number, to: number): number {
  const mean = sum(value, from, to) / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (value[i]! - mean) ** 2;
  return to - from < 2 ? NaN : Math.sqrt(squares / (to - from - 1));
}
