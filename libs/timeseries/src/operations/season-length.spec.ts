import { describe, expect, it } from 'vitest';
import { autocorrelations, findSeason } from './season-length.js';

const of = (count: number, value: (at: number) => number): Float64Array => Float64Array.from({ length: count }, (_, at) => value(at));

describe('findSeason', () => {
  it.each([2, 7, 12, 24, 144])('finds a season of %i, with a trend', (season) => {
    expect(findSeason(of(season * 10 + 3, (at) => (at % season < season / 2 ? 0 : 5) + at / season))).toBe(season);
  });

  it('finds none where nothing repeats, or too seldom', () => {
    expect(findSeason(of(200, (at) => at))).toBeUndefined();
    expect(findSeason(new Float64Array(100).fill(0.1))).toBeUndefined();
    expect(findSeason(of(200, (at) => Math.sin(at * at * 0.37)))).toBeUndefined();
    expect(findSeason(of(40, (at) => Math.sin((2 * Math.PI * at) / 24)))).toBeUndefined();
  });

  it('prefers a likely lag to a longer one, and no multiple of what it finds', () => {
    const day = (at: number): number => Math.sin((2 * Math.PI * at) / 24) - (at % 168 > 119 ? 3 : 0);
    expect(findSeason(of(700, day))).toBe(168);
    expect(findSeason(of(700, day), [24])).toBe(24);
    expect(
      findSeason(
        of(300, (at) => Math.sin((2 * Math.PI * at) / 12)),
        [24],
      ),
    ).toBe(12);
    expect(
      findSeason(
        of(300, (at) => Math.sin((2 * Math.PI * at) / 30)),
        [24],
      ),
    ).toBe(30);
  });
});

describe('autocorrelations', () => {
  it('are those of the definition', () => {
    expect([...autocorrelations(Float64Array.of(1, 2, 3, 4), 2)]).toEqual([1, 0.25, -0.3]);
  });
});
