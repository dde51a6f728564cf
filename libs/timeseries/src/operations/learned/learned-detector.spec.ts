import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomalies } from '../anomalies/anomalies.js';
import { anomaliesReducer } from '../anomalies/reducer.js';
import type { SeriesInput } from '../operation.js';
import { readParameters } from '../parameters.js';
import { run, seriesOf } from '../testing/series.js';
import { beats, walk } from './testing.js';
import type { GivenModel } from './trained-model.js';
import { trainModel } from './train-model.js';

const READINGS = 3_000;
const values = readParameters(anomalies.parameters, { detector: 'learned' });
const judge = (input: SeriesInput, detector = 'learned') => {
  const result = run(anomalies, [input], { detector });
  const { score, anomaly } = result.series[0]!.columns as { score: Float64Array; anomaly: Float64Array };
  const [about] = result.summary['series'] as {
    learned: { used: boolean; note: string; after: number };
    stretches: { why: string; from: number }[];
  }[];
  return { score, anomaly, ...about! };
};

/** Well within the range of all others, and only wrong where it is. */
const odd = beats(READINGS).map((value, at) => (at === 2_700 ? value + 0.4 : value));
const series = seriesOf(odd);

describe('the detector with a network', () => {
  const found = judge(series);
  const kept = run(trainModel, [seriesOf(odd.slice(0, 2_500))], { purpose: 'anomalies' });

  it('notices what is only wrong in its place, where the ensemble does not', () => {
    expect(found.learned).toMatchObject({
      used: true,
      note: expect.stringMatching(/the ensemble noticed \d+ %, .* with the network \d+ %: the network is used/),
    });
    expect(found.anomaly[2_700]).toBe(1);
    expect(judge(series, 'ensemble').anomaly[2_700]).toBe(0);
    const { why } = found.stretches.find(({ from }) => from === series.time[2_700])!;
    expect(why).toMatch(/where [-\d.]+ was expected: [\d.]+ times as far off as usual/);
  });

  it('is the ensemble until it has learned, and stays so where it is no better', () => {
    expect(found.score.subarray(0, 2_000)).toEqual(judge(series, 'ensemble').score.subarray(0, 2_000));
    const aimless = seriesOf(walk(READINGS));
    const { score, learned } = judge(aimless);
    expect(learned).toMatchObject({ used: false, note: expect.stringContaining('the ensemble judges alone') });
    expect(score).toEqual(judge(aimless, 'ensemble').score);
  });

  it('does not look ahead', () => {
    for (const length of [2_001, 2_600]) {
      const part = judge(seriesOf(odd.slice(0, length)));
      expect(part.score).toEqual(found.score.slice(0, length));
    }
  });

  it('gives the same wherever its state is written down and read again', () => {
    const model = kept.trained!;
    let whole = anomaliesReducer.initial(values, model);
    const scores = odd.map((value, i) => anomaliesReducer.step(whole, series.time[i]!, value, values).row[0]!);
    expect(JSON.stringify(whole).length).toBeLessThan(40_000);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: READINGS - 1 }), { maxLength: 20 }), (cuts) => {
        whole = anomaliesReducer.initial(values, model);
        odd.forEach((value, i) => {
          if (cuts.includes(i)) whole = JSON.parse(JSON.stringify(whole)) as typeof whole;
          expect(anomaliesReducer.step(whole, series.time[i]!, value, values).row[0]).toBe(scores[i]);
        });
      }),
      { numRuns: 5 },
    );
  });

  it('goes by a model that is kept from after its training on', () => {
    const trained: GivenModel = { modelId: 'm1', modelVersion: 2, digest: 'd', model: kept.trained! };
    const { learned, anomaly, score } = judge({ ...series, trained });
    expect(learned).toMatchObject({ used: true, modelVersion: 2, after: series.time[2_499] });
    expect(anomaly[2_700]).toBe(1);
    expect(score.subarray(0, 2_500)).toEqual(judge(series, 'ensemble').score.subarray(0, 2_500));
  });

  it('says what it needs', () => {
    expect(() => anomaliesReducer.initial(values)).toThrow('needs a trained model');
    const few = seriesOf(odd.slice(0, 300));
    expect(judge(few)).toMatchObject({ learned: { used: false, note: expect.stringContaining('too few') } });
    expect(judge(few).score).toEqual(judge(few, 'ensemble').score);
    expect(() => run(trainModel, [few], { purpose: 'anomalies' })).toThrow('a network needs about 600');
  });

  it('is trained the same again, to the last bit', () => {
    expect(run(trainModel, [seriesOf(odd.slice(0, 2_500))], { purpose: 'anomalies' }).summary).toEqual(kept.summary);
  });
});
