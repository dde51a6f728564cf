import { expect, it } from 'vitest';
import { formatDuration } from './quantities.js';

it.each([
  [0.25, '250 ms'],
  [12.4, '12 s'],
  [59.7, '1 min'],
  [200, '3 min 20 s'],
  [7_500, '2 h 5 min'],
  [273_600, '3 d 4 h'],
])('tells %f seconds as people do', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
