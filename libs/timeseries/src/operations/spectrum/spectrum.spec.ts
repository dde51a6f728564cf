import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, expectClose, fixture, run, series } from '../testing/series.js';
import { fft, inverseFft } from './fft.js';
import { spectrum } from './spectrum.js';

interface Case {
  params: Record<string, unknown>;
  frequency: number[];
  power: number[];
}
interface Reference {
  spectrum: { rate: number; value: number[]; cases: Case[] };
}
const { spectrum: reference } = fixture<Reference>('relations');
const times = (count: number, interval: number) => [...Array(count).keys()].map((k) => k * interval);
const input = series(times(reference.value.length, 1_000 / reference.rate), reference.value);
const DAY = 86_400_000;

/** By the sum that defines it. */
function slowTransform(real: number[], imaginary: number[]) {
  const n = real.length;
  const sums = real.map((_, k) => {
    let [x, y] = [0, 0];
    real.forEach((_, i) => {
      const angle = (-2 * Math.PI * ((i * k) % n)) / n;
      x += real[i]! * Math.cos(angle) - imaginary[i]! * Math.sin(angle);
      y += real[i]! * Math.sin(angle) + imaginary[i]! * Math.cos(angle);
    });
    return [x, y] as const;
  });
  return { real: sums.map(([x]) => x), imaginary: sums.map(([, y]) => y) };
}

describe('the transform', () => {
  const complex = fc.array(fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })), {
    minLength: 1,
    maxLength: 130,
  });

  it('is what it is by definition, for any length, and comes back', () => {
    fc.assert(
      fc.property(complex, (values) => {
        const [real, imaginary] = [values.map(([x]) => x), values.map(([, y]) => y)];
        const [a, b] = [Float64Array.from(real), Float64Array.from(imaginary)];
        fft(a, b);
        const slow = slowTransform(real, imaginary);
        const scale = Math.max(...slow.real.map(Math.abs), ...slow.imaginary.map(Math.abs), 1e-300);
        a.forEach((it, k) => expect(Math.abs(it - slow.real[k]!) / scale).toBeLessThan(1e-10));
        b.forEach((it, k) => expect(Math.abs(it - slow.imaginary[k]!) / scale).toBeLessThan(1e-10));
        inverseFft(a, b);
        a.forEach((it, k) => expect(it).toBeCloseTo(real[k]!, 8));
      }),
    );
  });
});

describe('spectrum', () => {
  it.each(reference.cases)('agrees with scipy.signal.welch: $params.window, $params.segment', ({ params, frequency, power }) => {
    const result = run(spectrum, [input], params);
    expectClose(columnOf(result, 'frequency'), frequency);
    expectClose(columnOf(result, 'power'), power);
    expect(result.summary.fields).toMatchObject([{ resampled: false, segment: params.segment }]);
  });

  it('names the rhythms by frequency and period, the strongest first', () => {
    const { peaks } = (run(spectrum, [input], { segment: 500 }).summary.fields as [{ peaks: { frequency: number; period: number }[] }])[0];
    expect(peaks[0]!.frequency).toBeCloseTo(1.3, 6);
    expect(peaks[0]!.period).toBeCloseTo(1 / 1.3, 6);
    expect(peaks[1]!.frequency).toBeCloseTo(4.1, 6);
  });

  it('finds a daily rhythm in readings at uneven times, and says that it put them on even ones', () => {
    const uneven = times(2_000, 1_800_000).map((time, k) => time + ((k * 7_919) % 600_000));
    const result = run(
      spectrum,
      [
        series(
          uneven,
          uneven.map((time) => 10 + Math.sin((2 * Math.PI * time) / DAY)),
        ),
      ],
      { segment: 960 },
    );
    const [said] = result.summary.fields as [{ resampled: boolean; note: string; peaks: { period: number }[] }];
    expect(said).toMatchObject({ resampled: true, note: expect.stringContaining('not evenly spaced') });
    expect(Math.abs(said.peaks[0]!.period / 86_400 - 1)).toBeLessThan(0.03);
  });

  it('takes missing and repeated readings for uneven ones', () => {
    const wave = times(400, 100).map((time) => Math.sin(time / 500));
    const gap = series(
      times(400, 100),
      wave.map((it, k) => (k % 90 === 0 ? null : it)),
    );
    const twice = series(
      times(400, 100).map((time, k) => (k === 7 ? time - 100 : time)),
      wave,
    );
    for (const it of [gap, twice]) expect(run(spectrum, [it]).summary.fields).toMatchObject([{ resampled: true }]);
    for (const it of [gap, twice]) expect(columnOf(run(spectrum, [it]), 'power').every(Number.isFinite)).toBe(true);
  });

  it('takes means where the interval asked for is longer, so that what is faster does not look slow', () => {
    let seed = 1;
    const noise = times(50_000, 100).map(() => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5);
    const result = run(spectrum, [series(times(50_000, 100), noise)], { every: '1s', segment: 512 });
    expect(result.summary.fields).toMatchObject([{ resampled: true, values: 5_000, peaks: [] }]);
    const variance = columnOf(result, 'power').reduce((sum, it) => sum + it, 0) / 512;
    expect(variance / (1 / 12 / 10)).toBeGreaterThan(0.8);
    expect(variance / (1 / 12 / 10)).toBeLessThan(1.2);
  });

  it('knows no rhythm where there is none', () => {
    const flat = run(spectrum, [series(times(600, 1_000), Array(600).fill(5))]);
    expect(flat.summary.fields).toMatchObject([{ peaks: [] }]);
  });

  it('gives nothing of fewer than two times', () => {
    for (const few of [series([], []), series([5], [1]), series([5, 5], [1, 2])]) {
      const result = run(spectrum, [few]);
      expect(columnOf(result, 'power')).toEqual([]);
      expect(result.summary.fields).toMatchObject([{ peaks: [] }]);
    }
  });

  it('refuses segments longer than the data', () => {
    expect(() => run(spectrum, [input], { segment: 1_001 })).toThrow('"segment" of 1001 is longer than the 1000 values');
  });

  it('keeps the power of the values (Parseval), scales with their square and is blind to their zero', () => {
    const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 8, maxLength: 64 });
    fc.assert(
      fc.property(values, fc.integer({ min: -1_000, max: 1_000 }), (value, shift) => {
        const powerOf = (of: number[]) =>
          columnOf(run(spectrum, [series(times(of.length, 500), of)], { window: 'rectangular', segment: of.length, overlap: 0 }), 'power');
        const power = powerOf(value);
        const mean = value.reduce((sum, it) => sum + it, 0) / value.length;
        const variance = value.reduce((sum, it) => sum + (it - mean) ** 2, 0) / value.length;
        expect(power.reduce((sum, it) => sum + it, 0) * (2 / value.length)).toBeCloseTo(variance, 6);
        expectClose(
          powerOf(value.map((it) => 3 * it + shift)),
          power.map((it) => 9 * it),
          1e-7,
        );
      }),
    );
  });
});
