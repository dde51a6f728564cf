import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesInput } from '../operation.js';
import { readParameters } from '../parameters.js';
import { anomalies } from './anomalies.js';
import { anomaliesReducer, DETECTORS } from './reducer.js';

const MINUTE = 60_000;
const names = [...DETECTORS.keys()];
const valuesOf = (detector: string, more: Record<string, unknown> = {}) => readParameters(anomalies.parameters, { detector, ...more });

/** Repeatable noise, −1 … 1 (Numerical Recipes' ranqd1). */
function noise(length: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const seriesOf = (value: readonly number[], time: readonly number[] = value.map((_, i) => i * 5 * MINUTE)): SeriesInput => ({
  ...{ deviceId: 'pump', field: 'pressure' },
  ...{ time: Float64Array.from(time), parts: { value: Float64Array.from(value) } },
});
function detect(detector: string, series: SeriesInput) {
  const { series: results, summary } = anomalies.run([series], valuesOf(detector));
  const { score, anomaly } = results[0]!.columns as { score: Float64Array; anomaly: Float64Array };
  return { score, found: [...anomaly].flatMap((it, i) => (it === 1 ? [i] : [])), summary: summary as unknown as Summary };
}
interface Summary {
  series: {
    deviceId: string;
    anomalies: number;
    stretches: { from: number; to: number; readings: number; detector: string; why: string }[];
  }[];
}

/** Uneven times; values with gaps, repeats and jumps. */
const readings = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 * MINUTE }),
      fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }) },
        { weight: 1, arbitrary: fc.constantFrom(NaN, 0, 5_000, -100_000) },
      ),
    ),
    { minLength: 1, maxLength: 400 },
  )
  .map((steps) => {
    let now = 1_700_000_000_000;
    return seriesOf(
      steps.map(([, value]) => value),
      steps.map(([step]) => (now += step)),
    );
  });

describe.each(names)('%s', (name) => {
  it('gives the same wherever its state is written down and read again', () => {
    const values = valuesOf(name, { window: 16 });
    fc.assert(
      fc.property(readings, fc.func(fc.boolean()), (series, isCut) => {
        let [whole, cut] = [anomaliesReducer.initial(values), anomaliesReducer.initial(values)];
        series.time.forEach((time, i) => {
          const one = anomaliesReducer.step(whole, time, series.parts['value']![i]!, values);
          const other = anomaliesReducer.step(cut, time, series.parts['value']![i]!, values);
          expect(other.row).toEqual(one.row);
          whole = one.state;
          cut = isCut(i) ? (JSON.parse(JSON.stringify(other.state)) as typeof cut) : other.state;
        });
      }),
      { numRuns: 40 },
    );
  });

  it('scores from 0 to 1, with nothing where there is no value', () => {
    fc.assert(
      fc.property(readings, (series) => {
        const { score } = detect(name, series);
        expect(score.every((it, i) => (Number.isNaN(series.parts['value']![i]!) ? Number.isNaN(it) : it >= 0 && it <= 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('does not look ahead', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 400 }), (series, length) => {
        const part = seriesOf([...series.parts['value']!].slice(0, length), [...series.time].slice(0, length));
        expect(detect(name, part).score).toEqual(detect(name, series).score.slice(0, length));
      }),
      { numRuns: 20 },
    );
  });

  // By powers of two, and by whole numbers, floating point changes nothing: so the scores must be equal, not only near.
  it('means the same in another unit and from another zero', () => {
    const shifts = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    fc.assert(
      fc.property(readings, fc.integer({ min: -60, max: 60 }), shifts, (series, power, shift) => {
        const changed = [...series.parts['value']!].map((it) => (it + shift) * 2 ** power);
        expect(detect(name, seriesOf(changed, [...series.time])).score).toEqual(detect(name, series).score);
      }),
      { numRuns: 40 },
    );
  });

  it('finds nothing in a constant series, whatever its value', () => {
    for (const value of [0, -5, 1e-300, 1e300, Number.MAX_VALUE])
      expect(detect(name, seriesOf(new Array<number>(2_000).fill(value))).found).toEqual([]);
  });

  it('endures the largest, smallest and missing values', () => {
    const odd = [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 0, -0, NaN, Infinity, -Infinity, 1];
    const { score } = detect(name, seriesOf(Array.from({ length: 900 }, (_, i) => odd[(i * 7) % 9]!)));
    expect(score.every((it) => Number.isNaN(it) || (it >= 0 && it <= 1))).toBe(true);
  });

  it('keeps a state of a few kB, however long the series', () => {
    const sizeAfter = (readings: number) => {
      const values = valuesOf(name);
      let state = anomaliesReducer.initial(values);
      noise(readings).forEach((value, i) => ({ state } = anomaliesReducer.step(state, i * MINUTE, value, values)));
      return JSON.stringify(state).length;
    };
    expect(sizeAfter(60_000)).toBeLessThan(Math.max(1.5 * sizeAfter(5_000), 12_000));
    expect(sizeAfter(60_000)).toBeLessThan(16_000);
  });
});
