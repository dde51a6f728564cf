import { describe, expect, it } from 'vitest';
import { around, spanEnding, spanWith } from './preview-range.js';

const every = (ms: number, count: number): number[] => Array.from({ length: count }, (_, at) => 1.7e12 + at * ms);

describe('the time a rule is tried on', () => {
  it('holds some hundred readings, whatever their rhythm', () => {
    expect(spanWith(every(86_400_000, 365), 365)).toBe('1y');
    expect(spanWith(every(900_000, 500), 35_000)).toBe('6h');
    expect(spanWith(every(60_000, 500), 500)).toBe('24h');
    expect(spanWith(every(200, 50), 50)).toBe('15m');
    expect(spanWith([], 0)).toBe('15m');
  });

  it('shows a little more than the latest reading, and than the alert', () => {
    expect(spanEnding('1h', 3_600_000)).toEqual({ from: 72_000, to: 3_672_000 });
    expect(around(1_000_000, 2_000_000)).toEqual({ from: 400_000, to: 2_360_000 });
    expect(around(5, 5).to - around(5, 5).from).toBeGreaterThan(100_000);
  });
});
