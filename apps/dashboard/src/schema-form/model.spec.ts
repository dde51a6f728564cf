import type { DeviceSchema } from '#contracts';
import { describe, expect, it } from 'vitest';
import { checkDraft, draftOf, newRow, placeErrors, schemaOf } from './model.js';

const schema: DeviceSchema = {
  fields: {
    temperature: { type: 'number', unit: 'Cel', min: -40, max: 125, required: true, label: 'Outside', precision: 1 },
    energy: { type: 'number', unit: 'W.h', counter: true },
    state: { type: 'enum', values: ['ok', 'fault'] },
    note: { type: 'string', maxLength: 80 },
    door: { type: 'boolean' },
    position: { type: 'location', required: true },
    acceleration: { type: 'vector', axes: ['x', 'y'], unit: 'm/s2', min: -20, max: 20 },
  },
  unknownFields: 'ignore',
  upcasts: { energy: { from: 'energy_kwh', scale: 1000 } },
};

describe('schema form', () => {
  it('gives back the schema it was given', () => {
    expect(schemaOf(draftOf(schema))).toEqual(schema);
  });

  it('leaves out what a type does not have', () => {
    const row = newRow({ name: 'door', type: 'boolean', unit: 'Cel', min: '1', counter: true });
    expect(schemaOf({ rows: [row], unknownFields: 'reject' }).fields['door']).toEqual({ type: 'boolean' });
  });

  it('names what is wrong at its row before the server is asked', () => {
    const first = newRow({ name: 't', min: '5', max: '1' });
    const second = newRow({ name: 't', type: 'enum' });
    const third = newRow({ name: 'a.b' });
    const sut = checkDraft({ rows: [first, second, third], unknownFields: 'reject' });
    expect(sut[first.key]).toEqual({ max: 'below min' });
    expect(Object.keys(sut[second.key] ?? {})).toEqual(['name', 'values']);
    expect(sut[third.key]?.['name']).toContain('dots are reserved');
  });

  it('puts the server’s errors at the rows they speak of', () => {
    const draft = draftOf(schema);
    const sut = placeErrors(draft, [
      { path: 'fields.temperature.min', message: 'above max' },
      { path: 'unknownFields', message: 'is wrong' },
    ]);
    expect(sut[draft.rows[0]?.key ?? '']).toEqual({ min: 'above max' });
    expect(sut['']).toEqual({ unknownFields: 'is wrong' });
  });
});
