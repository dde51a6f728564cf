import { describe, expect, it } from 'vitest';
import { limitOf } from './number-specs.js';

describe('the limits of a correlation', () => {
  it.each([
    [[0.2323, NaN], 0.3],
    [[0.29], 0.4],
    [[0.01], 0.2],
    [[0.99], 1],
    [[NaN], 0.2],
  ])('of %j are round: %d', (sizes, limit) => expect(limitOf(sizes)).toBe(limit));
});
