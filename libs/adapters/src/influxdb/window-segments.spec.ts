import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvery, windowIndex, windowRuns } from '#timeseries';
import { segmentsOf, type Segment } from './window-segments.js';

const DAY = 86_400_000;

/** As InfluxDB groups: by the epoch and the offset. */
function windowAt(segment: Segment, time: number): number {
  if (segment.step === undefined) return segment.window;
  const start = Math.floor((time - segment.offset!) / segment.step) * segment.step + segment.offset!;
  return segment.window + (start - segment.start) / segment.step;
}

describe('segments of windows', () => {
  it('hold each time of the range once, in its window', () => {
    const starts = fc.constantFrom(
      Date.UTC(1678, 0, 1),
      Date.UTC(1969, 10, 1),
      Date.UTC(2024, 2, 30),
      Date.UTC(2024, 9, 26),
      Date.UTC(2261, 5, 1),
    );
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 0, max: 3 * DAY }),
        fc.integer({ min: 1, max: 400 * DAY }),
        fc.constantFrom('37m', '1h', '6h', '1d', '1w', '1mo', '1y', '300y', '5000d'),
        fc.constantFrom(undefined, 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu'),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (start, away, length, every, tz, places) => {
          const from = start + away;
          const to = from + (every.endsWith('m') || every.endsWith('h') ? length % (20 * DAY) : length) + 1;
          const runs = windowRuns(from, to, parseEvery(every)!, tz);
          const segments = segmentsOf(runs, { from, to });
          for (const place of places) {
            const time = from + Math.floor(place * (to - from));
            const holding = segments.filter(({ range }) => time >= range.from && time < range.to);
            expect(holding.map((segment) => windowAt(segment, time))).toEqual([windowIndex(runs, time)]);
          }
        },
      ),
    );
  });
});
