/** For tests of what is learned: series made for networks, and one that nothing can be learned from. */
import { createRandom } from './random.js';

/** Hénon 1976: each value follows from the two before by a curve, and looks like noise to whoever looks for lines. */
export function henon(count: number): number[] {
  const values = [0.1, 0.1];
  while (values.length < count + 100) values.push(1 - 1.4 * values.at(-1)! ** 2 + 0.3 * values.at(-2)!);
  return values.slice(100);
}

export function walk(count: number, seed = 5): number[] {
  const random = createRandom(seed);
  let value = 0;
  return Array.from({ length: count }, () => (value += random.normal()));
}

/** Two oscillations, one by the other: no day is like the one before, and yet all follows from the last readings. */
export function beats(count: number): number[] {
  const random = createRandom(3);
  return Array.from({ length: count }, (_, i) => Math.sin(i / 3.7) * Math.sin(i / 11.3) + 0.005 * random.normal());
}
