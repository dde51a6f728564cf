import type { OperationView, ParameterView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { fittingParts, inputKey, readForm, readParams, typedOf } from './form-model.js';

const parameter = (given: Partial<ParameterView>): ParameterView => ({ name: 'p', label: 'P', description: '', type: 'number', ...given });
const read = (given: Partial<ParameterView>, typed: Parameters<typeof readParams>[1][string]) =>
  readParams({ parameters: [parameter(given)] }, { p: typed });

describe('the form of an analysis', () => {
  it.each([
    ['a number', { type: 'number' }, '2.5', 2.5],
    ['a whole number', { type: 'integer' }, '48', 48],
    ['a length of time', { type: 'duration' }, ' 5m ', '5m'],
    ['numbers', { type: 'numbers' }, '5, 50 95', [5, 50, 95]],
    ['a choice', { type: 'choice' }, 'mean', 'mean'],
    ['yes or no', { type: 'boolean' }, true, true],
    ['an area', { type: 'polygon' }, [[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6]]], // prettier-ignore
  ] as const)('reads %s', (_, given, typed, value) => {
    expect(read(given as Partial<ParameterView>, typed as never)).toEqual({ params: { p: value }, wrong: {} });
  });

  it.each([
    ['no number', { type: 'number' }, 'x'],
    ['half a number of steps', { type: 'integer' }, '1.5'],
    ['too little', { type: 'number', min: 1 }, '0'],
    ['no unit of time', { type: 'duration' }, '5'],
    ['a line for an area', { type: 'polygon' }, [[1, 2], [3, 4]]], // prettier-ignore
    ['nothing where something is needed', { type: 'polygon' }, undefined],
  ] as const)('says what is wrong with %s', (_, given, typed) => {
    expect(read(given as Partial<ParameterView>, typed as never).wrong['p']).toMatch(/\.$/);
  });

  it('leaves out what stays as it was proposed, and what is optional and empty', () => {
    const given = parameter({ type: 'numbers', default: [5, 95] });
    expect(readParams({ parameters: [given] }, { p: typedOf(given) })).toEqual({ params: {}, wrong: {} });
    expect(read({ optional: true }, '')).toEqual({ params: {}, wrong: {} });
  });

  it('becomes a request, or says how many fields are needed', () => {
    const operation = {
      name: 'correlation',
      parameters: [],
      input: { kind: 'number', fieldsMin: 2, fieldsMax: 9 },
    } as unknown as OperationView;
    const asked = { operation, typed: {}, range: { from: 0 }, name: ' Fleet ', standing: false };
    expect(readForm({ ...asked, inputs: [inputKey('a', 't')] }).wrong['fields']).toBe('2 to 9 fields are needed.');
    expect(readForm({ ...asked, inputs: [inputKey('a', 't'), inputKey('b', 't.x')] }).request).toEqual({
      operation: 'correlation',
      inputs: [
        { deviceId: 'a', field: 't' },
        { deviceId: 'b', field: 't.x' },
      ],
      params: {},
      from: '1970-01-01T00:00:00.000Z',
      name: 'Fleet',
    });
  });

  it('offers the fields, or parts of them, that fit', () => {
    const fields = {
      t: { type: 'number' },
      at: { type: 'location' },
      a: { type: 'vector', axes: ['x', 'y'] },
      s: { type: 'string' },
    } as const;
    expect(fittingParts(fields as never, 'number')).toEqual(['t', 'at.lat', 'at.lon', 'at.alt', 'a.x', 'a.y']);
    expect(fittingParts(fields as never, 'location')).toEqual(['at']);
  });
});
