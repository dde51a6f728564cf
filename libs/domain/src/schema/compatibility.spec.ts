import { describe, expect, it } from 'vitest';
import type { DeviceSchema, FieldSchema, FieldUpcast } from '#contracts';
import { whyBreaksHistory } from './compatibility.js';

const number: FieldSchema = { type: 'number', unit: 'Cel' };
const vector = (...axes: string[]): FieldSchema => ({ type: 'vector', axes });
const change = (from: FieldSchema, to: FieldSchema, upcast?: FieldUpcast) =>
  whyBreaksHistory({ fields: { f: from, old: number } }, { fields: { f: to }, ...(upcast && { upcasts: { f: upcast } }) } as DeviceSchema);

describe('a new schema', () => {
  it.each<[string, FieldSchema, FieldSchema]>([
    ['other limits', { ...number, min: 0, max: 1 }, { ...number, min: -5 }],
    ['another label, precision or need', number, { ...number, label: 'Air', precision: 2, required: true }],
    ['an integer that becomes a number', { type: 'integer', unit: 'Cel' }, number],
    ['other values of an enum', { type: 'enum', values: ['a'] }, { type: 'enum', values: ['b'] }],
  ])('may have %s', (_, from, to) => expect(change(from, to)).toBeUndefined());

  it.each<[string, FieldSchema, FieldSchema]>([
    ['the type changes from number to integer', number, { type: 'integer', unit: 'Cel' }],
    ['the type changes from string to enum', { type: 'string' }, { type: 'enum', values: ['a'] }],
    ['the unit changes from "Cel" to "[degF]"', number, { type: 'number', unit: '[degF]' }],
    ['the unit changes from "Cel" to none', number, { type: 'number' }],
    ['the axes change from x, y to x, y, z', vector('x', 'y'), vector('x', 'y', 'z')],
    ['the axes change from x, y to y, x', vector('x', 'y'), vector('y', 'x')],
  ])('breaks history where %s', (why, from, to) => {
    expect(change(from, to)).toMatchObject({ code: 'schema.breaks-history', details: { errors: [{ path: 'fields.f', message: why }] } });
  });

  it('names every field whose history it breaks', () => {
    const why = whyBreaksHistory(
      { fields: { a: number, b: number, c: number } },
      { fields: { a: { type: 'string' }, b: number, c: { type: 'number', unit: 'K' } } },
    );
    expect(why?.message).toContain('a, c');
    expect(why?.details?.['errors']).toHaveLength(2);
  });

  it('may leave fields out and add others', () => {
    expect(whyBreaksHistory({ fields: { a: number } }, { fields: { b: { type: 'string' } } })).toBeUndefined();
  });

  it.each<[string, FieldSchema, FieldSchema, FieldUpcast]>([
    ['another unit', number, { type: 'number', unit: '[degF]' }, { scale: 1.8, offset: 32 }],
    ['a whole number', number, { type: 'integer' }, {}],
    ['another field', { type: 'string' }, number, { from: 'old' }],
  ])('may read %s by an upcast', (_, from, to, upcast) => expect(change(from, to, upcast)).toBeUndefined());

  it('cannot make text of numbers, or other axes, by an upcast', () => {
    expect(change(number, { type: 'string' }, {})).toMatchObject({ code: 'schema.breaks-history' });
    expect(change(vector('x'), vector('y'), {})).toMatchObject({ code: 'schema.breaks-history' });
  });

  it('is invalid where an upcast reads a field that was not there', () => {
    expect(change(number, number, { from: 'toString' })).toMatchObject({
      code: 'schema.invalid',
      details: { errors: [{ path: 'upcasts.f.from' }] },
    });
    expect(whyBreaksHistory({ fields: { a: number } }, { fields: { b: number }, upcasts: { b: {} } })).toMatchObject({
      code: 'schema.invalid',
    });
  });
});
