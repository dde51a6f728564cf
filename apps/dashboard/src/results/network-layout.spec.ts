import { describe, expect, it } from 'vitest';
import { layoutOf } from './network-layout.js';

const distance = (a: { x: number; y: number } | undefined, b: { x: number; y: number } | undefined): number =>
  Math.hypot((a?.x ?? NaN) - (b?.x ?? NaN), (a?.y ?? NaN) - (b?.y ?? NaN));

describe('the places of a network', () => {
  const edges = [
    { a: 0, b: 3, strength: 0.9 },
    { a: 1, b: 4, strength: 0.9 },
  ];

  it('puts those that are connected nearer than those that are not', () => {
    const sut = layoutOf(6, edges);
    expect(distance(sut[0], sut[3])).toBeLessThan(distance(sut[0], sut[1]));
    expect(distance(sut[1], sut[4])).toBeLessThan(distance(sut[1], sut[2]));
  });

  it('is the same for the same network, and within its frame', () => {
    expect(layoutOf(6, edges)).toEqual(layoutOf(6, edges));
    for (const { x, y } of layoutOf(40, edges)) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(1);
    }
  });
});
