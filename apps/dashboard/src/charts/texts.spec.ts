import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areFreeTexts, newestTexts } from './texts.js';

const times = (count: number, text: (at: number) => string): string[] => Array.from({ length: count }, (_, at) => text(at));

describe('texts are states', () => {
  it.each([
    ['none', []],
    ['one that lasts', ['1.4.2', '1.4.2', '1.4.2']],
    ['one that is read alone', ['1.4.2']],
    ['two in turns', ['on', 'off', 'on', 'off']],
    ['few that come again', times(40, (at) => ['on', 'off', 'idle'][at % 3] ?? '')],
    ['a dozen that come again', times(24, (at) => `state ${at % 12}`)],
    ['an update', [...times(50, () => '1.4.2'), ...times(50, () => '1.4.3')]],
  ])('%s', (_, read) => expect(areFreeTexts(read)).toBe(false));
});

describe('texts are free', () => {
  it.each([
    ['each another', ['Volcano, Hawaii', 'Anza, CA', 'Anza, California']],
    ['more than are told apart, though they come again', times(400, (at) => `state ${at % 13}`)],
    ['hardly one comes again', ['a', 'b', 'c', 'a', 'd']],
  ])('%s', (_, read) => expect(areFreeTexts(read)).toBe(true));

  it('places of earthquakes', () => {
    const file = new URL('../../../../node_modules/vega-datasets/data/earthquakes.json', import.meta.url);
    const { features } = JSON.parse(readFileSync(file, 'utf8')) as { features: { properties: { place: string } }[] };
    expect(areFreeTexts(features.map(({ properties }) => properties.place))).toBe(true);
  });
});

it('lists the newest texts first, each once', () => {
  const [a, b, c] = [1, 2, 3].map((time) => ({ time, text: `t${time}` })) as [never, never, never];
  expect(newestTexts([a, b], [b, c], 2)).toEqual([c, b]);
});
