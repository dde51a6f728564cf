import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, fixture, run, seriesOf } from '../testing/series.js';
import { forecast } from './forecast.js';
import type { Fitted } from './model.js';
import { MODELS } from './models.js';
import { autoregression } from './models/autoregression.js';
import { begin as beginDoubleSeason, doubleSeasonWith } from './models/double-season.js';
import { smoothingWith, theta, thetaWith } from './models/smoothed.js';
import { seasonalIndices } from './seasonal-indices.js';

const r = fixture<{ theta: number[]; thetaAlpha: number; snaive: number[] }>('holt-winters');
const y = fixture<{ y: number[] }>('smoothing').y;
const given = fixture<
  Record<'indices' | 'ses' | 'holt' | 'damped' | 'theta', number[]> & {
    twoSeasons: { y: number[]; season: number; longSeason: number; shares: number[]; ahead: number[] };
    autoregression: { weights: number[]; ahead: number[] };
  }
>('forecasts');
const HOUR = 3_600_000;

type Columns = Record<'mean' | 'lower80' | 'upper80' | 'lower95' | 'upper95', Float64Array>;
const columnsOf = (values: ArrayLike<number>, params: Record<string, unknown>, times?: ArrayLike<number>): Columns =>
  run(forecast, [seriesOf(values, times)], params).series[0]!.columns as Columns;
const summaryOf = (values: ArrayLike<number>, params: Record<string, unknown>): Record<string, unknown> =>
  (run(forecast, [seriesOf(values)], params).summary['fields'] as Record<string, unknown>[])[0]!;

/** Deterministic noise, −1 … 1. */
const noise = (at: number): number => Math.sin(at * 12.9898) * 43758.5453 - Math.floor(Math.sin(at * 12.9898) * 43758.5453) - 0.5;
const daily = (at: number): number => 50 + 10 * Math.sin((2 * Math.PI * at) / 24) + 3 * Math.cos((4 * Math.PI * at) / 24);
const hours = (count: number, of: (at: number) => number): number[] => Array.from({ length: count }, (_, at) => of(at));

describe('the models', () => {
  it('are those of R: seasonal naive', () => {
    expect([...columnsOf(y, { model: 'seasonal-naive', season: 12, horizon: 24 }).mean]).toEqual(r.snaive);
  });

  it('are those of R: Theta, but for the first level, which R fits as well', () => {
    const fitted = theta.fit(Float64Array.from(y), { season: 12, longSeason: undefined })!;
    expect(fitted.parameters['alpha']).toBeCloseTo(r.thetaAlpha, 1);
    const { mean } = columnsOf(y, { model: 'theta', season: 12, horizon: 24 });
    r.theta.forEach((value, h) => expect(Math.abs(mean[h]! / value - 1)).toBeLessThan(0.01));
  });

  describe('at given shares are those of statsmodels', () => {
    const values = Float64Array.from(y);
    const indices = seasonalIndices(values, 12, true);
    const ahead = (fitted: Fitted): Float64Array => fitted.from(values, [values.length], 24)[0]!;

    it('the season that is taken out', () => expectClose(indices.indices, given.indices));
    it('simple', () => expectClose(ahead(smoothingWith({ alpha: 0.3 }, indices)), given.ses));
    it('Holt', () => expectClose(ahead(smoothingWith({ alpha: 0.4, beta: 0.2 }, indices)), given.holt));
    it('damped', () => expectClose(ahead(smoothingWith({ alpha: 0.4, beta: 0.2, phi: 0.9 }, indices)), given.damped));
    it('Theta', () => expectClose(ahead(thetaWith(0.3, indices)), given.theta));
  });

  describe('with two seasons are those of their equations', () => {
    const { shares, ahead, season, longSeason } = given.twoSeasons;
    const values = Float64Array.from(given.twoSeasons.y);

    it('smoothed', () => {
      const fitted = doubleSeasonWith(shares, beginDoubleSeason(values, season, longSeason));
      expectClose(fitted.from(values, [values.length], 60)[0]!, ahead);
    });
    it('regression', () => {
      const fitted = autoregression.fit(values, { season, longSeason })!;
      expectClose(Object.values(fitted.parameters), given.autoregression.weights);
      expectClose(fitted.from(values, [values.length], 60)[0]!, given.autoregression.ahead);
    });
  });

  it.each(MODELS.map(({ name }) => name))('go on with what repeats: %s', (model) => {
    const values = hours(24 * 7 * 5, daily);
    const { mean } = columnsOf(values, { model, season: 24, horizon: 48 });
    mean.forEach((value, h) => expect(Math.abs(value - daily(values.length + h))).toBeLessThan(model === 'holt' ? 3 : 0.7));
  });
});

describe('forecast', () => {
  const values = hours(700, (at) => daily(at) * (at % 168 > 119 ? 0.6 : 1) + 2 * noise(at));

  it('finds the day and its week, and says how it chose', () => {
    const { season, longSeason, model, members, backtest } = summaryOf(values, { horizon: 48 });
    expect({ season, longSeason }).toEqual({ season: 24, longSeason: 168 });
    expect(['combination', ...MODELS.map(({ name }) => name)]).toContain(model);
    expect((members as { weight: number }[]).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(backtest).toMatchObject({ origins: 168, steps: 48 });
  });

  it('gives intervals one within the other, of which most hold what comes', () => {
    let inside = 0;
    for (let cut = 620; cut < 652; cut += 4) {
      const { mean, lower80, upper80, lower95, upper95 } = columnsOf(values.slice(0, cut), { horizon: 48, season: 24 });
      mean.forEach((value, h) => {
        expect(lower95[h]! <= lower80[h]! && lower80[h]! <= value && value <= upper80[h]! && upper80[h]! <= upper95[h]!).toBe(true);
        inside += Number(values[cut + h]! >= lower80[h]! && values[cut + h]! <= upper80[h]!);
      });
    }
    expect(inside / (8 * 48)).toBeGreaterThan(0.7);
    expect(inside / (8 * 48)).toBeLessThan(0.97);
  });

  it('goes on from the last reading in steps of the usual gap', () => {
    const { time } = run(forecast, [seriesOf(hours(100, daily))], { horizon: 3, season: 24 }).series[0]!;
    expect([...time]).toEqual([100 * HOUR, 101 * HOUR, 102 * HOUR]);
  });

  it('takes readings that come unevenly, with gaps and without values', () => {
    const rows = values.flatMap((value, at) =>
      at > 300 && at < 330 ? [] : [{ value: at % 50 === 7 ? NaN : value, time: at * HOUR + 600_000 * noise(at) }],
    );
    const { mean } = columnsOf(
      rows.map(({ value }) => value),
      { horizon: 24, season: 24 },
      rows.map(({ time }) => time),
    );
    const { mean: whole } = columnsOf(values, { horizon: 24, season: 24 });
    mean.forEach((value, h) => expect(Math.abs(value - whole[h]!)).toBeLessThan(3));
  });

  it('grows with its values', () => {
    fc.assert(
      fc.property(fc.constantFrom(-3, 1, 6), (power) => {
        const [plain, grown] = [
          columnsOf(values, { season: 24 }),
          columnsOf(
            values.map((value) => value * 2 ** power),
            { season: 24 },
          ),
        ];
        plain.mean.forEach((value, h) => expect(grown.mean[h]! / 2 ** power).toBeCloseTo(value, 4));
        plain.upper95.forEach((value, h) => expect(grown.upper95[h]! / 2 ** power).toBeCloseTo(value, 3));
      }),
      { numRuns: 3 },
    );
  });

  it('gives the same answer again', () => {
    expect(columnsOf(values, { horizon: 48 })).toEqual(columnsOf(values, { horizon: 48 }));
  });

  it('is sure of what never changes', () => {
    const { mean, lower95, upper95 } = columnsOf(new Float64Array(60).fill(5), { horizon: 5 });
    for (const column of [mean, lower95, upper95]) column.forEach((value) => expect(value).toBeCloseTo(5, 9));
  });

  it('takes values of 0 and below', () => {
    const { mean } = columnsOf(
      values.map((value) => value - 40),
      { horizon: 24, season: 24 },
    );
    const { mean: whole } = columnsOf(values, { horizon: 24, season: 24 });
    mean.forEach((value, h) => expect(Math.abs(value + 40 - whole[h]!)).toBeLessThan(3));
    expect(columnsOf(new Float64Array(60), { horizon: 2, season: 7 }).mean).toEqual(new Float64Array(2));
  });

  it.each([12, 13, 20, 30, 49, 60])('answers in finite numbers for %i values', (count) => {
    const columns = columnsOf(
      hours(count, (at) => at + noise(at)),
      { horizon: 30 },
    );
    for (const column of Object.values(columns)) expect(column.every(Number.isFinite)).toBe(true);
  });

  it('says what is missing', () => {
    expect(() => columnsOf([1, 2, 3, 4], {})).toThrow('"f" has 4 steps in this range; a forecast needs about 12');
    expect(() => columnsOf([NaN, NaN], {})).toThrow('fewer than two values');
    expect(() => columnsOf(y, { season: 12, model: 'holt-winters-additive', longSeason: 30 })).toThrow('multiple');
    expect(() => columnsOf(y.slice(0, 30), { season: 12, model: 'holt-winters-additive' })).toThrow('needs about');
    expect(() =>
      columnsOf(
        y.map((value) => value - 100),
        { season: 12, model: 'holt-winters-multiplicative' },
      ),
    ).toThrow('values above 0');
  });
});
