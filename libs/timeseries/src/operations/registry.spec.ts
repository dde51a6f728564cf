import { describe, expect, it } from 'vitest';
import { OperationError } from './operation-errors.js';
import type { Operation, OperationResult, SeriesInput } from './operation.js';
import { OPERATIONS, operationOf } from './registry.js';
import { run } from './testing/series.js';

const PARTS = { number: ['value'], location: ['lat', 'lon'], vector: ['x', 'y', 'z'] } as const;
/** What has no default. */
const GIVEN: Record<string, Record<string, unknown>> = {
  geofence: {
    polygon: [
      [0, 0],
      [0, 5],
      [5, 5],
      [5, 0],
    ],
  },
};
const NASTY: [string, number[], (row: number) => number][] = [
  ['nothing', [], () => 0],
  ['one reading', [1_000], () => 1],
  ['two readings', [0, 60_000], (row) => row],
  ['no value at all', [0, 1_000, 2_000], () => NaN],
  ['equal times', Array<number>(40).fill(5_000), (row) => row % 3],
  ['a value that never changes', Array.from({ length: 60 }, (_, k) => k * 1_000), () => 0.1],
  [
    'gaps and missing values',
    Array.from({ length: 200 }, (_, k) => k * 1_000 + (k > 90 ? 1e7 : 0)),
    (row) => (row % 7 === 0 ? NaN : Math.sin(row)),
  ],
  ['values far from zero', Array.from({ length: 300 }, (_, k) => k * 60_000), (row) => 1e12 + Math.cos(row / 9)],
];

function inputsOf({ input }: Operation, times: number[], value: (row: number) => number): SeriesInput[] {
  return Array.from({ length: Math.max(1, input.fieldsMin) }, (_, at) => ({
    deviceId: 'd',
    field: `f${at}`,
    time: Float64Array.from(times),
    parts: Object.fromEntries(PARTS[input.kind].map((part, p) => [part, Float64Array.from(times, (_, row) => value(row + 2 * at) + p)])),
  }));
}

/** The result, or the advice where there is none. */
function outcome(operation: Operation, inputs: readonly SeriesInput[]): OperationResult | undefined {
  try {
    return run(operation, inputs, GIVEN[operation.name]);
  } catch (error) {
    expect(error).toBeInstanceOf(OperationError);
    expect((error as OperationError).message.length).toBeGreaterThan(20);
    return undefined;
  }
}

describe.each(OPERATIONS.map((operation) => ({ name: operation.name, operation })))('$name', ({ name, operation }) => {
  it('is found by its name alone', () => {
    expect(operationOf(name)).toBe(operation);
    expect(OPERATIONS.filter((it) => it.name === name)).toHaveLength(1);
  });

  it('describes its parameters and columns, each once', () => {
    for (const described of [operation.parameters, operation.columns]) {
      expect(new Set(described.map((it) => it.name)).size).toBe(described.length);
      for (const it of described) expect(it.label).not.toBe('');
    }
    for (const it of operation.parameters) expect(it.description, it.name).not.toBe('');
  });

  it.each(NASTY)('gives its columns, or advice, for %s, and leaves the input as it was', (_, times, value) => {
    const inputs = inputsOf(operation, times, value);
    const before = structuredClone(inputs);
    const result = outcome(operation, inputs);
    expect(inputs).toEqual(before);
    if (!result) return;
    for (const [at, { time, columns }] of result.series.entries()) {
      expect(Object.keys(columns).sort()).toEqual(operation.columns.map((column) => column.name).sort());
      for (const column of Object.values(columns)) expect(column).toHaveLength(time.length);
      if (operation.rows === 'each') expect(time).toEqual(inputs[at]!.time);
      expect(time.every(Number.isFinite)).toBe(true);
    }
    expect(JSON.parse(JSON.stringify(result.summary))).toEqual(result.summary);
  });

  it('gives the same again', () => {
    const [, times, value] = NASTY.at(-1)!;
    const again = () => outcome(operation, inputsOf(operation, times, value));
    expect(again()).toEqual(again());
  });
});
