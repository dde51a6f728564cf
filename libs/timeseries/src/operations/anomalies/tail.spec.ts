import { describe, expect, it } from 'vitest';
import { newTail, surprise } from './tail.js';

/** Repeatable, 0 … 1 (Numerical Recipes' ranqd1). */
function uniform(): () => number {
  let state = 1;
  return () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) + 0.5) / 2 ** 32;
}
const DISTRIBUTIONS: Record<string, (u: number) => number> = {
  exponential: (u) => -Math.log(u),
  'heavy-tailed': (u) => u ** (-1 / 1.5),
  uniform: (u) => u,
  'many small ones': (u) => (u < 0.9 ? 0 : 1 + u),
};

describe.each(Object.entries(DISTRIBUTIONS))('after sizes that are %s', (_name, sizeOf) => {
  // Bins are a fifth of their size wide: so is what is said of sizes that are all alike.
  it('a surprise of some decades is about as rare as it says', () => {
    const [next, tail] = [uniform(), newTail()];
    for (let i = 0; i < 2_000; i++) surprise(tail, sizeOf(next()));
    const found = Array.from({ length: 20_000 }, () => surprise(tail, sizeOf(next())));
    const share = (decades: number) => found.filter((it) => it >= decades).length / found.length;
    expect(share(1)).toBeLessThan(0.17);
    expect(share(2)).toBeLessThan(0.018);
    expect(share(4)).toBeLessThan(0.0012);
  });

  it('keeps count of its upper twentieth', () => {
    const [next, tail] = [uniform(), newTail()];
    for (let i = 0; i < 40_000; i++) {
      surprise(tail, sizeOf(next()));
      if (i % 997 !== 0) continue;
      const over = tail.bins.slice(tail.edge + 1);
      expect(tail.above).toBeCloseTo(
        over.reduce((a, b) => a + b, 0),
        6,
      );
      expect(tail.sum).toBeCloseTo(
        over.reduce((sum, count, at) => sum + count * (tail.edge + 1 + at), 0),
        4,
      );
      expect(tail.above).toBeLessThan(0.05 * tail.n);
    }
  });
});

it('is surprised by a larger size more, and by the third of a kind less than by the first', () => {
  const [next, tail] = [uniform(), newTail()];
  for (let i = 0; i < 1_000; i++) surprise(tail, -Math.log(next()));
  const copy = () => JSON.parse(JSON.stringify(tail)) as typeof tail;
  const sizes = [0, 0.5, 2, 5, 20, 100, 1e4, 1e9].map((size) => surprise(copy(), size));
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(sizes.at(0)).toBe(0);
  const again = [surprise(tail, 50), surprise(tail, 50), surprise(tail, 50)];
  expect(again).toEqual(again.toSorted((a, b) => b - a));
  expect(again[2]).toBeLessThan(again[0]! - 1);
});

it('is surprised by nothing before it knows the series', () => {
  const tail = newTail();
  for (let i = 0; i < 20; i++) expect(surprise(tail, 2 ** i)).toBe(0);
});
