import type { FieldSchema, OperationView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { fitsField, inOrder, keyOf, readOperations, writeOperations, type ChartOperation } from './model.js';

const forecast: ChartOperation = { field: 'temperature', operation: 'forecast', params: { horizon: 48 }, past: true };

describe('operations of charts in the address', () => {
  it('come back as they were, and leave the rest of the address alone', () => {
    const query = writeOperations([forecast], new URLSearchParams('range=1h'));
    expect(query.get('range')).toBe('1h');
    expect(readOperations(new URLSearchParams(query.toString()))).toEqual([forecast]);
    expect(writeOperations([], query).toString()).toBe('range=1h');
  });

  it('are passed over where they cannot be read', () => {
    expect(readOperations(new URLSearchParams('op=%5B1&op=%5B%22a%22%5D&op=x'))).toEqual([]);
  });

  it('keep their places while one is computed anew', () => {
    const mean: ChartOperation = { field: 'temperature', operation: 'moving-average', params: {}, past: false };
    const anomalies = { ...mean, operation: 'anomalies' };
    const found = new Map([anomalies, mean].map((one) => [keyOf(one), { of: one.operation }]));
    expect(inOrder([mean, forecast, anomalies], found)).toEqual([
      { of: 'moving-average', place: 0 },
      { of: 'anomalies', place: 2 },
    ]);
  });

  it.each([
    ['number', 'number', 1, true],
    ['number', 'location', 1, false],
    ['vector', 'number', 1, true],
    ['vector', 'vector', 1, true],
    ['number', 'number', 2, false],
  ] as const)('fit a %s field if they take one %s (%i fields): %s', (type, kind, fieldsMin, fits) => {
    const operation = { input: { kind, fieldsMin, fieldsMax: 9 } } as Pick<OperationView, 'input'>;
    expect(fitsField(operation, { type, axes: ['x'] } as unknown as FieldSchema)).toBe(fits);
  });
});
