import { expect, it } from 'vitest';
import { behindText, longDuration } from './behind.js';
import { rangesText } from './partitions.js';

it('tells in words how far something is behind, and how long it takes', () => {
  expect([0, 0.12, 3.4, 720].map((lagSeconds) => behindText({ lagSeconds }))).toEqual(['0 s', '120 ms', '3 s', '12 min']);
  expect([0.5, 12.2, 200, 3_600, 7_500].map(longDuration)).toEqual(['500 ms', '12 s', '3 min 20 s', '1 h', '2 h 5 min']);
});

it('writes partitions as ranges', () => {
  expect(rangesText([3, 1, 2, 7, 9, 10])).toBe('1–3, 7, 9–10');
});
