import { describe, expect, it } from 'vitest';
import type { SeriesInput } from '../operation.js';
import { readParameters } from '../parameters.js';
import { anomalies } from './anomalies.js';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** Repeatable, about normal: the sum of twelve uniform ones (ranqd1) less six. */
function noise(length: number, seed = 1): number[] {
  let state = seed;
  const uniform = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) + 0.5) / 2 ** 32;
  return Array.from({ length }, () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6));
}
const START = Date.UTC(2026, 0, 5);
const every5Minutes = (length: number) => Array.from({ length }, (_, i) => START + i * 5 * MINUTE);

function detect(detector: string, value: readonly number[], time = every5Minutes(value.length)) {
  const input: SeriesInput = {
    deviceId: 'pump',
    field: 'pressure',
    time: Float64Array.from(time),
    parts: { value: Float64Array.from(value) },
  };
  const { series, summary } = anomalies.run([input], readParameters(anomalies.parameters, { detector }));
  const { score, anomaly } = series[0]!.columns as { score: Float64Array; anomaly: Float64Array };
  const [{ stretches }] = summary['series'] as [{ stretches: { from: number; readings: number; detector: string; why: string }[] }];
  return { score, found: [...anomaly].flatMap((it, i) => (it === 1 ? [i] : [])), stretches };
}

/** 50 around zero, with what happens at reading 1500 of 2000. */
const AT = 1_500;
const LENGTH = 2_000;
const calm = (seed?: number) => noise(LENGTH, seed).map((it) => 50 + it);
const daily = (seed?: number) => noise(LENGTH, seed).map((it, i) => 50 + 10 * Math.sin((2 * Math.PI * i) / 288) + it);
const from = (values: number[], change: (value: number, since: number) => number, length = Infinity) =>
  values.map((value, i) => (i >= AT && i < AT + length ? change(value, i - AT) : value));

interface Case {
  detector: string;
  what: string;
  value: number[];
  time?: number[];
  within: number;
  says: RegExp;
}
const CASES: Case[] = [
  {
    detector: 'robust-z',
    what: 'one far value',
    value: from(calm(), () => 75, 1),
    within: 1,
    says: /^75 is \d+\.?\d* deviations above the median/,
  },
  {
    detector: 'spike',
    what: 'one far value',
    value: from(calm(), () => 75, 1),
    within: 1,
    says: /^75 is .* times as far from the last readings/,
  },
  {
    detector: 'step',
    what: 'a new level',
    value: from(calm(), (it) => it + 6),
    within: 40,
    says: /^the mean of the last 30 readings, 5\d/,
  },
  {
    detector: 'drift',
    what: 'a slow rise',
    value: from(calm(), (it, since) => it + since / 100),
    within: 400,
    says: /^the mean of the last 200 readings/,
  },
  {
    detector: 'seasonal-residual',
    what: 'a day without its wave',
    value: from(daily(), (it, since) => (since < 72 ? 30 : it)),
    within: 72,
    says: /usual at this time of the season/,
  },
  {
    detector: 'flat-line',
    what: 'a stuck sensor',
    value: from(calm(), () => 50.5),
    within: 10,
    says: /^50\.5 for the \d+th time in a row, where it was at most 1 before/,
  },
  {
    ...{ detector: 'silence', what: 'a long gap', value: calm(), within: 1, says: /^no reading for 365m, 73 times the usual gap/ },
    time: every5Minutes(LENGTH).map((time, i) => (i >= AT ? time + 6 * 60 * MINUTE : time)),
  },
];

describe.each(CASES)('$detector', ({ detector, value, time, what, within, says }) => {
  it(`finds ${what}, and says so`, () => {
    const { found, stretches } = detect(detector, value, time);
    const inTime = found.filter((at) => at >= AT && at < AT + within);
    expect(inTime.length).toBeGreaterThan(0);
    const told = stretches.find((it) => it.from >= (time ?? every5Minutes(LENGTH))[AT]!)!;
    expect(told.detector).toBe(detector);
    expect(told.why).toMatch(says);
  });

  it('finds next to nothing where nothing happens', () => {
    const alarms = [1, 2, 3, 4, 5].map((seed) => detect(detector, calm(seed)).stretches.length);
    expect(alarms.reduce((a, b) => a + b)).toBeLessThanOrEqual(5);
  });
});

describe('the ensemble', () => {
  it.each(CASES)('finds $what, without being told what to look for', ({ value, time, within }) => {
    const { found } = detect('ensemble', value, time);
    expect(found.filter((at) => at >= AT && at < AT + within).length).toBeGreaterThan(0);
  });

  it('tells a new level once, not for as long as it lasts', () => {
    const { found } = detect(
      'ensemble',
      from(calm(), (it) => it + 8),
    );
    expect(found.filter((at) => at >= AT).length).toBeLessThanOrEqual(5);
  });

  it('says less of what comes every day', () => {
    const days = 20;
    const { score } = detect(
      'ensemble',
      noise(288 * days).map((it, i) => 50 + it + (i % 288 === 250 ? 30 : 0)),
    );
    const spikes = Array.from({ length: days }, (_, day) => score[288 * day + 250]!);
    expect(spikes[0]).toBeGreaterThan(0.5);
    expect(Math.max(...spikes.slice(-5))).toBeLessThan(Math.max(...spikes.slice(0, 3)) - 0.15);
  });

  it('names the detector that says most, with numbers', () => {
    const { stretches } = detect(
      'ensemble',
      from(calm(), () => 90, 1),
    );
    expect(stretches.find((it) => it.from === START + AT * 5 * MINUTE)).toMatchObject({
      detector: 'spike',
      why: expect.stringMatching(/^90 is /) as string,
    });
  });

  it('takes a season of another length', () => {
    const week = noise(LENGTH).map((it, i) => (Math.floor(i / 24) % 7 < 5 ? 50 : 20) + it);
    const time = week.map((_, i) => START + (i * DAY) / 24);
    const input: SeriesInput = { deviceId: 'd', field: 'f', time: Float64Array.from(time), parts: { value: Float64Array.from(week) } };
    const alarms = (period: string) =>
      (
        anomalies.run([input], readParameters(anomalies.parameters, { detector: 'seasonal-residual', period })).summary['series'] as {
          anomalies: number;
        }[]
      )[0]!.anomalies;
    expect(alarms('7d')).toBeLessThanOrEqual(2);
  });
});
