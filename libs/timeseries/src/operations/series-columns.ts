/** What operations share: taking their input apart, putting their result together. */
import { OperationError } from './operation-errors.js';
import type { OnlineReducer, Operation, ResultColumn, ResultSeries, SeriesInput } from './operation.js';
import type { Points } from '../points.js';
import type { Values } from './parameters.js';
import { reduceRows } from './reduce-rows.js';

/** The readings of a field of numbers that have a value. */
export function presentPoints(input: SeriesInput): Points {
  const { time } = input;
  const value = partOf(input, 'value');
  const count = value.reduce((sum, it) => (Number.isFinite(it) ? sum + 1 : sum), 0);
  if (count === time.length) return { time, value };
  const kept = { time: new Float64Array(count), value: new Float64Array(count) };
  for (let i = 0, k = 0; i < time.length; i++) {
    if (!Number.isFinite(value[i]!)) continue;
    kept.time[k] = time[i]!;
    kept.value[k++] = value[i]!;
  }
  return kept;
}

export function partOf(input: SeriesInput, part: string): Float64Array {
  const column = input.parts[part];
  if (column) return column;
  throw new OperationError(`"${input.field}" of ${input.deviceId} has no "${part}"; choose a field of another type`, 'fields');
}

export function resultSeries({ deviceId, field }: SeriesInput, time: Float64Array, columns: Record<string, ResultColumn>): ResultSeries {
  return { deviceId, field, time, columns };
}

/** What names a field in summaries. */
export const labelOf = ({ deviceId, field }: SeriesInput): string => `${deviceId} ${field}`;

/** For summaries: plain JSON has no NaN. */
export const orNull = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

/** `run` of an operation that has a reducer: the same reducer over all rows of each field. */
export function runOnline<State>(
  reducer: OnlineReducer<State>,
  columns: readonly string[],
  summarize: (series: readonly ResultSeries[], values: Values) => Record<string, unknown> = () => ({}),
): Operation['run'] {
  return (inputs, values, progress) => {
    const series = inputs.map((input, at) => {
      partOf(input, 'value');
      return reduceRows(reducer, columns, input, values, (done) => progress?.((at + done) / inputs.length));
    });
    return { series, summary: summarize(series, values) };
  };
}
