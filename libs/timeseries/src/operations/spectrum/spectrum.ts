/** `spectrum`: which rhythms a field has. */
import { OperationError } from '../operation-errors.js';
import type { Operation, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, presentPoints, resultSeries } from '../series-columns.js';
import { evenly } from './even.js';
import { welch, WINDOW_NAMES, type Detrend, type Spectrum, type WindowName } from './welch.js';

export const spectrum: Operation = {
  name: 'spectrum',
  label: 'Spectrum',
  description: 'The power at each frequency, and the rhythms that stand out. Readings at uneven times are first put on even ones.',
  source: 'Welch 1967',
  parameters: [
    {
      name: 'segment',
      label: 'Values a segment',
      description: 'More tell nearby frequencies apart, fewer give a smoother curve. Left out: about eight segments, of 65,536 at most.',
      type: 'integer',
      min: 2,
      max: 4_194_304,
      optional: true,
    },
    {
      name: 'overlap',
      label: 'Overlap',
      description: 'The share of a segment that the next one has too.',
      type: 'number',
      min: 0,
      max: 0.95,
      default: 0.5,
    },
    {
      name: 'window',
      label: 'Window',
      description: 'How a segment fades at its ends.',
      type: 'choice',
      choices: WINDOW_NAMES,
      default: 'hann',
    },
    {
      name: 'detrend',
      label: 'Take out',
      description: 'What is taken out of each segment: nothing, its mean, or its straight line.',
      type: 'choice',
      choices: ['none', 'constant', 'linear'],
      default: 'constant',
    },
    {
      name: 'scaling',
      label: 'Scale',
      description: 'Power per hertz, or power.',
      type: 'choice',
      choices: ['density', 'spectrum'],
      default: 'density',
    },
    {
      name: 'every',
      label: 'Interval',
      description:
        'On which interval readings are put: straight lines between them, means where it is longer than theirs. Left out: as they mostly came.',
      type: 'duration',
      optional: true,
    },
    { name: 'peaks', label: 'Peaks', description: 'How many peaks are named, at most.', type: 'integer', min: 0, max: 100, default: 5 },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 20 },
  columns: [
    { name: 'frequency', label: 'Frequency (Hz)', kind: 'number' },
    { name: 'period', label: 'Period (s)', kind: 'number' },
    { name: 'power', label: 'Power', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const results = inputs.map((input, at) => spectrumOf(input, values, (done) => progress?.((at + done) / inputs.length)));
    const fields = results.map(({ said }, at) => ({ field: labelOf(inputs[at]!), ...said }));
    return { series: results.map(({ series }) => series), summary: { fields } };
  },
};

function spectrumOf(
  input: SeriesInput,
  values: Values,
  progress: (done: number) => void,
): { series: ResultSeries; said: Record<string, unknown> } {
  const points = presentPoints(input);
  const even = evenly(points, values.every as number | undefined);
  if (!even)
    return { series: rowsOf(input, { frequency: new Float64Array(0), power: new Float64Array(0), segments: 0 }), said: { peaks: [] } };
  const segment = segmentOf(even.value.length, values);
  const sampleRate = 1_000 / even.interval;
  const found = welch(
    even.value,
    {
      sampleRate,
      segment,
      overlap: Math.min(segment - 1, Math.floor(segment * (values.overlap as number))),
      window: values.window as WindowName,
      detrend: values.detrend as Detrend,
      scaling: values.scaling as 'density' | 'spectrum',
    },
    progress,
  );
  const said = {
    sampleRate,
    interval: even.interval,
    values: even.value.length,
    segment,
    segments: found.segments,
    resampled: even.resampled,
    ...(even.resampled && {
      note: 'The readings were not evenly spaced; they were put on even times along straight lines.',
      longestGap: even.gap,
    }),
    peaks: peaksOf(found, values.peaks as number),
  };
  return { series: rowsOf(input, found), said };
}

/** More frequencies than that no picture shows; who needs them says so. */
const DEFAULT_SEGMENT_MAX = 65_536;

function segmentOf(length: number, { segment }: Values): number {
  if (segment === undefined)
    return Math.min(length, DEFAULT_SEGMENT_MAX, Math.max(256, 2 ** Math.floor(Math.log2(Math.max(2, length / 4.5)))));
  if ((segment as number) <= length) return segment as number;
  throw new OperationError(
    `"segment" of ${String(segment)} is longer than the ${length} values there are: choose a shorter one, or more data`,
    'segment',
  );
}

/** Rows are frequencies; their time is that of the first reading. */
function rowsOf(input: SeriesInput, { frequency, power }: Spectrum): ResultSeries {
  const time = new Float64Array(frequency.length).fill(input.time[0] ?? 0);
  return resultSeries(input, time, { frequency, period: frequency.map((it) => (it > 0 ? 1 / it : NaN)), power });
}

/** What is higher than its neighbours and stands out of the usual power, the highest first. */
function peaksOf({ frequency, power }: Spectrum, count: number) {
  const usual = power.slice(1).sort()[Math.floor((power.length - 1) / 2)] ?? 0;
  const total = power.subarray(1).reduce((sum, it) => sum + it, 0);
  const isPeak = (k: number) => power[k]! > power[k - 1]! && power[k]! >= (power[k + 1] ?? 0) && power[k]! > STANDS_OUT * usual;
  return [...power.keys()]
    .filter((k) => k > 0 && isPeak(k))
    .sort((a, b) => power[b]! - power[a]!)
    .slice(0, count)
    .map((k) => ({ frequency: frequency[k]!, period: 1 / frequency[k]!, power: power[k]!, share: power[k]! / total }));
}

/** Times the median power: with eight segments, noise alone seldom gets there. */
const STANDS_OUT = 4;
