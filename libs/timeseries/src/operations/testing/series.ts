/** For tests of operations: series in short, parameters as they come in, columns against references. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Operation, OperationResult, ResultColumn, SeriesInput } from '../operation.js';
import { readParameters } from '../parameters.js';

export type Numbers = readonly (number | null)[];

const HOUR = 3_600_000;

/** Null is no value. */
export const column = (values: Numbers): Float64Array => Float64Array.from(values, (value) => value ?? NaN);

export function series(time: ArrayLike<number>, value: Numbers | Float64Array, field = 'f', deviceId = 'd'): SeriesInput {
  return { deviceId, field, time: Float64Array.from(time), parts: { value: column([...value]) } };
}

/** One value an hour, or at the times given. */
export function seriesOf(values: ArrayLike<number>, times: ArrayLike<number> = Array.from(values, (_, at) => at * HOUR)): SeriesInput {
  return series(times, Float64Array.from(values));
}

export function places(time: ArrayLike<number>, lat: Numbers, lon: Numbers): SeriesInput {
  return { deviceId: 'd', field: 'position', time: Float64Array.from(time), parts: { lat: column(lat), lon: column(lon) } };
}

/** As a caller does it: parameters are read first. */
export function run(operation: Operation, inputs: readonly SeriesInput[], params: Record<string, unknown> = {}): OperationResult {
  return operation.run(inputs, readParameters(operation.parameters, params));
}

/** Reading by reading, the state through JSON after each; the columns. */
export function foldOnline(operation: Operation, { time, parts }: SeriesInput, params: Record<string, unknown> = {}): number[][] {
  const values = readParameters(operation.parameters, params);
  const columns: number[][] = operation.columns.map(() => []);
  let state = operation.online!.initial(values);
  for (let row = 0; row < time.length; row++) {
    const next = operation.online!.step(JSON.parse(JSON.stringify(state)), time[row]!, parts['value']![row]!, values);
    state = next.state;
    next.row.forEach((value, c) => columns[c]!.push(value));
  }
  return columns;
}

/** The column of the first series. */
export const columnOf = ({ series: [first] }: OperationResult, name: string): number[] => [...(first!.columns[name] as Float64Array)];

export const textOf = ({ series: [first] }: OperationResult, name: string): readonly (string | null)[] =>
  first!.columns[name] as readonly string[];

/** To 1e-8 of the largest value of the reference. */
export function expectClose(actual: ResultColumn | readonly number[], reference: Numbers, tolerance = 1e-8): void {
  expect(actual.length).toBe(reference.length);
  const scale = reference.reduce<number>((most, it) => Math.max(most, Math.abs(it ?? 0)), 1e-300);
  const far = [...reference.keys()].filter((row) => {
    const [a, b] = [actual[row] as number, reference[row] ?? NaN];
    return Number.isNaN(b) ? !Number.isNaN(a) : !(Math.abs(a - b) <= tolerance * scale);
  });
  expect(far.map((row) => ({ row, actual: actual[row], reference: reference[row] })).slice(0, 5)).toEqual([]);
}

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}
