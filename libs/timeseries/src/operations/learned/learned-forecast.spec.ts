import { describe, expect, it } from 'vitest';
import { forecast } from '../forecast/forecast.js';
import type { SeriesInput } from '../operation.js';
import { run, seriesOf } from '../testing/series.js';
import { henon, walk } from './testing.js';
import type { GivenModel } from './trained-model.js';
import { trainModel } from './train-model.js';
import { digestOfModel, textOfModel } from './trained-model.js';

type Columns = Record<'mean' | 'lower80' | 'upper80', Float64Array>;
interface Learned {
  used: boolean;
  note: string;
  modelVersion?: number;
  comparison?: { classical: number; withNetwork: number; network: number };
}
const forecastOf = (input: SeriesInput, params: Record<string, unknown>) => {
  const { series, summary } = run(forecast, [input], params);
  const fields = summary['fields'] as { model: string; learned?: Learned }[];
  return { columns: series[0]!.columns as Columns, ...fields[0]! };
};
const asked = { horizon: 2, season: 1 };
const chaos = henon(700);
const known = seriesOf(chaos.slice(0, 640));

const trained = (input: SeriesInput, params: Record<string, unknown> = {}) => {
  const { trained: model, summary } = run(trainModel, [input], { ...asked, ...params });
  return { model: model!, digest: summary['modelDigest'] as string, summary };
};
const given = (input: SeriesInput, { model, digest }: ReturnType<typeof trained>): SeriesInput => ({
  ...input,
  trained: { modelId: 'm1', modelVersion: 3, digest, model } satisfies GivenModel,
});

describe('a forecast with a network', () => {
  const kept = trained(known);

  it('goes by it where a curve decides what comes next, which no line can follow', () => {
    const { columns, learned } = forecastOf(known, { ...asked, model: 'learned' });
    expect(learned).toMatchObject({ used: true });
    expect(learned!.comparison!.withNetwork).toBeLessThan(0.3 * learned!.comparison!.classical);
    expect(Math.abs(columns.mean[0]! - chaos[640]!)).toBeLessThan(0.2);
    expect(columns.lower80[0]! <= columns.mean[0]! && columns.mean[0]! <= columns.upper80[0]!).toBe(true);
  });

  it('leaves it out where it is no better, and tells both errors', () => {
    const input = seriesOf(walk(640));
    const { columns, learned } = forecastOf(input, { ...asked, model: 'learned' });
    expect(learned).toMatchObject({ used: false });
    expect(learned!.note).toMatch(/mean absolute error is [\d.]+ with the network and [\d.]+ without .*: it is not used/);
    expect(columns).toEqual(forecastOf(input, { ...asked, model: 'classical' }).columns);
  });

  it('is what it was, where nobody asks for one', () => {
    const plain = forecastOf(known, asked);
    expect(plain).toEqual(forecastOf(known, { ...asked, model: 'classical' }));
    expect(plain.learned).toBeUndefined();
  });

  it('gives with one that is kept what it gives with one trained now', () => {
    const fresh = forecastOf(known, { ...asked, model: 'learned' });
    const again = forecastOf(given(known, kept), asked);
    expect(again.columns).toEqual(fresh.columns);
    expect(again.learned).toMatchObject({ used: true, modelVersion: 3 });
    expect(forecastOf(given(known, kept), { ...asked, model: 'classical' }).columns).not.toEqual(fresh.columns);
  });

  it('asks one that is kept of what came later, and of nothing that it learned from', () => {
    const later = forecastOf(given(seriesOf(chaos), kept), asked);
    expect(later.learned).toMatchObject({ used: true });
    const earlier = seriesOf(chaos.slice(0, 300));
    expect(forecastOf(given(earlier, kept), asked)).toMatchObject({
      learned: { used: false, note: expect.stringContaining('would be tested on') },
    });
    expect(forecastOf(given(earlier, kept), asked).columns).toEqual(forecastOf(earlier, asked).columns);
  });

  it('says why one that is kept takes no part', () => {
    const noBetter = trained(seriesOf(walk(640)));
    expect(forecastOf(given(known, noBetter), asked).learned).toMatchObject({
      used: false,
      modelVersion: 3,
      note: expect.stringContaining('not better by enough'),
    });
    expect(forecastOf(given(known, kept), { horizon: 2, season: 3 }).learned!.note).toContain('another step or season');
  });

  it('says so where there is too little to learn from', () => {
    const short = seriesOf(chaos.slice(0, 60));
    expect(forecastOf(short, { ...asked, model: 'learned' }).learned).toMatchObject({
      used: false,
      note: expect.stringContaining('too little'),
    });
    expect(() => trained(short)).toThrow('a network needs about');
  });

  it('finds its season and goes on beyond what it learned to look ahead', () => {
    const daily = Array.from({ length: 24 * 40 }, (_, at) => 50 + 10 * Math.sin((2 * Math.PI * at) / 24) ** 3);
    const { columns } = forecastOf(seriesOf(daily), { horizon: 240, model: 'learned' });
    columns.mean.forEach((value, h) => expect(Math.abs(value - daily[h]!)).toBeLessThan(1));
  });
});

describe('training', () => {
  it('gives the same again to the last bit, and something else from another seed', () => {
    const [one, again, other] = [trained(known), trained(known), trained(known, { seed: 2 })];
    expect(textOfModel(again.model)).toBe(textOfModel(one.model));
    expect(one.digest).toBe(digestOfModel(textOfModel(one.model)));
    expect(other.digest).not.toBe(one.digest);
  });

  it('tells how it compares', () => {
    const { summary, model } = trained(known);
    expect(summary).toMatchObject({ purpose: 'forecast', used: true, comparison: { used: true } });
    expect(model.kind === 'forecast' && model.networks).toHaveLength(2);
  });
});
