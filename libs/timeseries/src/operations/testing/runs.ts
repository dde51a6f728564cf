/** For tests of operations: fields made of numbers, reference values, and reducers run as they run live. */
import { readFileSync } from 'node:fs';
import type { Operation, OperationResult, SeriesInput } from '../operation.js';
import { readParameters } from '../parameters.js';

const HOUR = 3_600_000;

/** One value an hour, or at the times given. */
export function seriesOf(values: ArrayLike<number>, times: ArrayLike<number> = Array.from(values, (_, at) => at * HOUR)): SeriesInput {
  return { deviceId: 'd', field: 'f', time: Float64Array.from(times), parts: { value: Float64Array.from(values) } };
}

export function readReference(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8')) as Record<string, unknown>;
}

export function runOn(operation: Operation, input: readonly SeriesInput[], params: Record<string, unknown> = {}): OperationResult {
  return operation.run(input, readParameters(operation.parameters, params));
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
