/** The mean of the values around or before each reading, by count or by time. */
import type { Operation, OperationResult, Progress, ResultSeries, SeriesInput } from '../operation.js';
import { OperationError } from '../operation-errors.js';
import { durationText, type Values } from '../parameters.js';
import { reduceEach } from '../reduce-rows.js';
import { emptySlidingMean, mean, push, shift, sizeOf, type SlidingMean } from './sliding-mean.js';

/** What a live window may hold: its state is kept as JSON, some 20 bytes a value. */
const LIVE_VALUES_MAX = 100_000;

export const movingAverage: Operation = {
  name: 'moving-average',
  label: 'Moving average',
  description:
    'The mean of the latest values, or of the values around each. The window is a number of values or a length of time. A reading without a value gives none and is not counted.',
  parameters: [
    {
      name: 'count',
      label: 'Values',
      type: 'integer',
      min: 1,
      max: 10_000_000,
      optional: true,
      description: 'How many values the window holds; 10 where no length of time is given.',
    },
    {
      name: 'window',
      label: 'Length of time',
      type: 'duration',
      optional: true,
      description: 'How long the window is. It begins just after its start: of values exactly so old, none is taken.',
    },
    {
      name: 'align',
      label: 'Window lies',
      type: 'choice',
      choices: ['trailing', 'centred'],
      default: 'trailing',
      description: 'Trailing: up to the reading. Centred: half before, half after it; not for live use.',
    },
    {
      name: 'minimum',
      label: 'At least',
      type: 'integer',
      min: 1,
      default: 1,
      description: 'With fewer values in the window there is no result.',
    },
  ],
  input: { kind: 'number', fieldsMin: 1, fieldsMax: 100 },
  columns: [{ name: 'value', label: 'Mean', kind: 'number' }],
  rows: 'each',
  run(input, values, progress) {
    checked(values);
    if (values['align'] === 'centred') return centredAll(input, values, progress);
    return reduceEach({ initial: emptySlidingMean, step }, ['value'], { input, values, progress });
  },
  online: { initial, step: liveStep },
};

function initial(values: Values): SlidingMean {
  checked(values);
  if (values['align'] === 'centred') throw new OperationError('a centred window needs later readings; live, it must be trailing', 'align');
  const count = values['count'] as number | undefined;
  if (count !== undefined && count > LIVE_VALUES_MAX) {
    throw new OperationError(`live, a window holds at most ${LIVE_VALUES_MAX} values`, 'count');
  }
  return emptySlidingMean();
}

function liveStep(state: SlidingMean, time: number, value: number, values: Values): Step {
  const next = step(state, time, value, values);
  if (sizeOf(state) > LIVE_VALUES_MAX) {
    throw new OperationError(`the window came to hold more than ${LIVE_VALUES_MAX} values; live, choose a shorter one`, 'window');
  }
  return next;
}

interface Step {
  state: SlidingMean;
  row: readonly number[];
}

function checked({ count, window }: Values): void {
  if (count !== undefined && window !== undefined) {
    throw new OperationError(`give "count" or "window", not both (${String(count)} values, ${durationText(window as number)})`, 'count');
  }
}

const countOf = (values: Values): number => (values['count'] as number | undefined) ?? 10;

function step(state: SlidingMean, time: number, value: number, values: Values): Step {
  if (value !== value) return { state, row: [NaN] };
  push(state, time, value);
  const window = values['window'] as number | undefined;
  if (window === undefined) {
    if (sizeOf(state) > countOf(values)) shift(state);
  } else {
    while (state.times[state.head]! <= time - window) shift(state);
  }
  return { state, row: [enough(state, values)] };
}

const enough = (state: SlidingMean, values: Values): number => (sizeOf(state) >= (values['minimum'] as number) ? mean(state) : NaN);

function centredAll(input: readonly SeriesInput[], values: Values, progress: Progress | undefined): OperationResult {
  const series = input.map((one, at) => centred(one, values, (done) => progress?.((at + done) / input.length)));
  progress?.(1);
  return { series, summary: { fields: input.map(({ deviceId, field }) => ({ deviceId, field, parameters: values })) } };
}

/** By count, of an even number one more lies before than after; by time, (t − w/2, t + w/2]. */
function centred({ deviceId, field, time, parts }: SeriesInput, values: Values, progress: Progress): ResultSeries {
  const value = parts['value']!;
  const there = Int32Array.from({ length: time.length }, (_, row) => row).filter((row) => value[row] === value[row]);
  const window = values['window'] as number | undefined;
  const before = Math.floor(countOf(values) / 2);
  const after = countOf(values) - 1 - before;
  const state = emptySlidingMean();
  const result = new Float64Array(time.length).fill(NaN);
  let next = 0;
  let dropped = 0;
  for (let k = 0; k < there.length; k++) {
    if (k % 65_536 === 0) progress(k / there.length);
    const now = time[there[k]!]!;
    const isIn = (n: number): boolean => (window === undefined ? n <= k + after : time[there[n]!]! <= now + window / 2);
    for (; next < there.length && isIn(next); next++) push(state, time[there[next]!]!, value[there[next]!]!);
    const isOut = (n: number): boolean => (window === undefined ? n < k - before : time[there[n]!]! <= now - window / 2);
    for (; isOut(dropped); dropped++) shift(state);
    result[there[k]!] = enough(state, values);
  }
  return { deviceId, field, time, columns: { value: result } };
}
