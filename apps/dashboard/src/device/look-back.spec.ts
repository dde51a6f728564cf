import { describe, expect, it } from 'vitest';
import { lookBack } from './look-back.js';

const DAY = 86_400_000;
/** Of a device that measures at these times before its latest reading. */
const countOf =
  (...before: number[]) =>
  (ms: number): Promise<number> =>
    Promise.resolve(before.filter((each) => each <= ms).length);
const every = (step: number, count = 5_000): number[] => Array.from({ length: count }, (_, at) => at * step);

describe('how far back a device is looked at', () => {
  it.each([1_000, 60_000, 3_600_000, DAY, 7 * DAY])(
    'holds some hundred readings of a device that measures every %i ms, or a quarter of an hour',
    async (step) => {
      const count = await countOf(...every(step))(await lookBack(countOf(...every(step))));
      expect(count).toBeGreaterThanOrEqual(50);
      if (step > 4_500) expect(count).toBeLessThanOrEqual(201);
    },
  );

  it('holds the few there are, and no more time than they need', async () => {
    expect(await lookBack(countOf(0, DAY, 2 * DAY))).toBeLessThan(6 * DAY);
    expect(await lookBack(countOf(0))).toBe(900_000);
  });

  it('counts few more readings than it shows, however many there are', async () => {
    const asked: number[] = [];
    await lookBack((ms) => {
      asked.push(ms);
      return Promise.resolve(ms / 60_000);
    });
    expect(Math.max(...asked)).toBeLessThanOrEqual(8 * 200 * 60_000);
  });

  it('stays with a burst that was the last to come', async () => {
    expect(await lookBack(countOf(...every(1_000, 120), ...every(DAY).slice(1)))).toBe(900_000);
  });
});
