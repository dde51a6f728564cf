import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areEvents, stretchToTell } from './rhythm.js';

/** The same each time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const timesOf = (count: number, gap: (at: number, random: () => number) => number): number[] => {
  const random = randomOf(7);
  let time = 0;
  return Array.from({ length: count }, (_, at) => (time += gap(at, random)));
};

describe('readings are samples', () => {
  it.each<[string, (at: number, random: () => number) => number]>([
    ['in a steady rhythm', () => 1_000],
    ['with jitter', (_, random) => 1_000 + (random() - 0.5) * 1_000],
    ['with outages', (at) => (at % 40 === 0 ? 500_000 : 1_000)],
    ['with half of them lost', (_, random) => 1_000 * (1 + Math.floor(Math.log(random()) / Math.log(0.5)))],
    ['in bursts', (at) => (at % 5 === 0 ? 3_600_000 : 1_000)],
    ['in pairs', (at) => (at % 2 === 0 ? 59_000 : 1_000)],
    ['on working days', (at) => (at % 5 === 0 ? 3 : 1)],
    ['slower by night', (at) => (at % 200 < 100 ? 60_000 : 600_000)],
    ['two at a time', (at) => (at % 2 === 0 ? 0 : 1_000)],
  ])('%s', (_, gap) => expect(areEvents(timesOf(400, gap))).toBe(false));

  it('as long as there are too few to tell', () => expect(areEvents([1, 2, 50, 51, 700, 702])).toBe(false));
});

describe('readings are events', () => {
  it('that know nothing of one another', () => {
    expect([40, 400].map((count) => areEvents(timesOf(count, (_, random) => -Math.log(random()) * 1_000)))).toEqual([true, true]);
  });

  it('like earthquakes', () => {
    const file = new URL('../../../../node_modules/vega-datasets/data/earthquakes.json', import.meta.url);
    const { features } = JSON.parse(readFileSync(file, 'utf8')) as { features: { properties: { time: number } }[] };
    expect(areEvents(features.map(({ properties }) => properties.time).sort((a, b) => a - b))).toBe(true);
  });
});

describe('of a thinned picture', () => {
  const time = Array.from({ length: 601 }, (_, at) => at * 10);

  it('a stretch of its middle tells', () => {
    expect(stretchToTell(time, 1_202)).toEqual({ from: 2_500, to: 3_500 });
    expect(stretchToTell([1, 2], 4)).toEqual({ from: 1, to: 2 });
  });

  it('nothing needs to be told where all are there, or none is seen by itself', () => {
    expect([stretchToTell(time, 601), stretchToTell(time, 100_000), stretchToTell([], 0)]).toEqual([undefined, undefined, undefined]);
  });
});
