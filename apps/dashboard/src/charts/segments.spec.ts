import { describe, expect, it } from 'vitest';
import { addChange, segmentsIn, toChanges } from './segments.js';

describe('states over time', () => {
  it('joins what does not change and passes over missing values', () => {
    expect(toChanges([1, 2, 3, 4], ['ok', null, 'ok', 'fault'], false)).toEqual([
      { time: 1, state: 'ok' },
      { time: 4, state: 'fault' },
    ]);
  });

  it('reads a boolean however it is stored', () => {
    expect(toChanges([1, 2, 3], [1, false, 'true'], true).map((change) => change.state)).toEqual(['on', 'off', 'on']);
  });

  it('lasts until the next state, the newest until the edge', () => {
    const sut = toChanges([10, 20], ['a', 'b'], false);
    expect(segmentsIn(sut, 15, 30)).toEqual([
      { from: 15, to: 20, state: 'a' },
      { from: 20, to: 30, state: 'b' },
    ]);
  });

  it('puts a late state where it belongs', () => {
    const sut = toChanges([10, 30], ['a', 'c'], false);
    addChange(sut, { time: 20, state: 'b' });
    expect(sut.map((change) => change.state)).toEqual(['a', 'b', 'c']);
  });
});
