import type { Scale } from 'chart.js';
import { describe, expect, it } from 'vitest';
import { configuration, type LineChartOptions } from './chart-options.js';

const made = { lines: [], theme: {}, zone: 'UTC', unit: '' } as unknown as LineChartOptions;
const ticksOf = (low: number, high: number, suggestedMin?: number): number[] => {
  const [min, max] = Number.isFinite(low) ? [low, high] : [0, 1];
  const ticks = [{ value: min }, { value: max }];
  const scale = { min, max, ticks, getMinMax: () => ({ min: low, max: high }), options: { suggestedMin } } as unknown as Scale;
  configuration(made).options?.scales?.['y']?.afterBuildTicks?.(scale);
  return scale.ticks.map(({ value }) => value);
};

describe('the axis of values', () => {
  it('has no numbers while there is nothing to measure by them', () => {
    expect(ticksOf(Infinity, -Infinity)).toEqual([]);
    expect(ticksOf(3, 5)).toEqual([3, 5]);
  });

  it('has those of a bound, also where there are no readings', () => {
    expect(ticksOf(Infinity, -Infinity, 30)).toEqual([0, 1]);
  });
});
