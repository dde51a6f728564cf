import { describe, expect, it } from 'vitest';
import { whyNotAnEvent } from '#contracts';
import { SCHEMA_ERRORS_MAX } from './limits.js';
import { isSchema, parseSchema } from './parse-schema.js';

const errorsOf = (json: unknown): { path: string; message: string }[] => {
  const parsed = parseSchema(json);
  if (isSchema(parsed)) throw new Error(`valid: ${JSON.stringify(parsed)}`);
  expect(parsed.code).toBe('schema.invalid');
  return parsed.details!['errors'] as never;
};
const fieldErrors = (field: unknown): string[] => errorsOf({ fields: { f: field } }).map(({ path, message }) => `${path}: ${message}`);

describe('a schema', () => {
  const whole = {
    fields: {
      temperature: { type: 'number', min: -40, max: 125, unit: 'Cel', required: true, label: 'Air', precision: 1 },
      energy: { type: 'integer', counter: true },
      open: { type: 'boolean', required: false },
      note: { type: 'string', maxLength: 80 },
      state: { type: 'enum', values: ['ok', 'fault'] },
      position: { type: 'location' },
      acceleration: { type: 'vector', axes: ['x', 'y', 'z'], min: -160, max: 160, unit: 'm/s2' },
      'température (°C)': { type: 'number' },
    },
    unknownFields: 'ignore',
    upcasts: { temperature: { from: 'temp', scale: 0.5, offset: -1 }, energy: {} },
  };

  it('is read with all it says, and stands in an event as it was read', () => {
    const parsed = parseSchema(JSON.parse(JSON.stringify(whole)));
    expect(parsed).toStrictEqual(whole);
    expect(whyNotAnEvent('SchemaRegistered', { schemaVersion: 1, schema: parsed })).toBeUndefined();
  });

  it('has the same text whatever the order of the members of a field, and takes null for absent', () => {
    const one = parseSchema({ unknownFields: null, fields: { t: { max: 1, unit: null, type: 'number', min: 0 } } });
    const other = parseSchema({ fields: { t: { min: 0, max: 1, type: 'number' } } });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it.each([null, undefined, 1, 'x', true, [], [{}], {}, { fields: null }, { fields: [] }, { fields: {} }, { fields: 'x' }])(
    'is not %j',
    (json) => {
      expect(errorsOf(json)).toHaveLength(1);
    },
  );

  it('lists everything that is wrong with it, each with its place', () => {
    const errors = errorsOf({
      fields: {
        a: { type: 'number', min: 2, max: 1, colour: 1 },
        'b.c': { type: 'boolean' },
        d: { type: 'float' },
        time: { type: 'number' },
        e: null,
      },
      unknownFields: 'perhaps',
      upcasts: { z: {}, a: { from: 1, scale: 'x', by: 2 } },
      version: 3,
    });
    expect(errors.map(({ path }) => path)).toEqual([
      'version',
      'fields.a.colour',
      'fields.a.min',
      'fields.b.c',
      'fields.d.type',
      'fields.time',
      'fields.e',
      'unknownFields',
      'upcasts.z',
      'upcasts.a.from',
      'upcasts.a.scale',
      'upcasts.a.by',
    ]);
  });

  it('names the first error and how many more there are in its message', () => {
    const parsed = parseSchema({ fields: { a: { type: 'x' }, b: { type: 'y' } } });
    expect(parsed).toMatchObject({ message: expect.stringMatching(/^fields\.a\.type: is one of .*, not "x" \(and 1 more\)$/) as string });
  });
});

describe('a field', () => {
  it.each<[unknown, string]>([
    [{ type: 'number', min: '0' }, 'f.min: is a finite number, not "0"'],
    [{ type: 'number', max: Infinity }, 'f.max: is a finite number, not Infinity'],
    [{ type: 'number', min: Number.NaN }, 'f.min: is a finite number, not NaN'],
    [{ type: 'integer', counter: 1 }, 'f.counter: is true or false, not 1'],
    [{ type: 'number', precision: 1.5 }, 'f.precision: is a whole number from 0 to 17, not 1.5'],
    [{ type: 'number', precision: 18 }, 'f.precision: is a whole number'],
    [{ type: 'number', unit: 'x'.repeat(65) }, 'f.unit: is text of at most 64 characters'],
    [{ type: 'number', label: ['x'] }, 'f.label: is text of at most 200 characters, not an array of 1'],
    [{ type: 'number', required: 'yes' }, 'f.required: is true or false, not "yes"'],
    [{ type: 'boolean', min: 0 }, 'f.min: a field of type boolean has no such member'],
    [{ type: 'string', maxLength: 0 }, 'f.maxLength: is a whole number from 1 to'],
    [{ type: 'enum' }, 'f.values: is missing'],
    [{ type: 'enum', values: [] }, 'f.values: has at least one entry'],
    [{ type: 'enum', values: ['a', 'b', 'a'] }, 'f.values: names "a" twice'],
    [{ type: 'enum', values: ['a', 1] }, 'f.values: is a list of texts'],
    [{ type: 'enum', values: 'ab' }, 'f.values: is a list of texts'],
    [{ type: 'enum', values: Array.from({ length: 1_001 }, String) }, 'f.values: has 1001 entries; 1000 are allowed'],
    [{ type: 'vector' }, 'f.axes: is missing'],
    [{ type: 'vector', axes: [] }, 'f.axes: has at least one entry'],
    [{ type: 'vector', axes: ['x', 'x'] }, 'f.axes: names "x" twice'],
    [{ type: 'vector', axes: Array.from({ length: 17 }, (_, i) => `a${i}`) }, 'f.axes: has 17 entries; 16 are allowed'],
    [{ type: 'vector', axes: ['__proto__'] }, 'f.axes: "__proto__": "__proto__" cannot be'],
    [{ type: 'vector', axes: ['a.b'] }, 'f.axes: "a.b": dots are reserved'],
    [{ type: 'location', axes: ['x'] }, 'f.axes: a field of type location has no such member'],
    [{ type: 'constructor' }, 'f.type: is one of'],
    [{ type: ['number'] }, 'f.type: is one of'],
    [{}, 'f.type: is one of'],
    ['number', 'f: a field is an object with a type, not "number"'],
  ])('is not %j', (field, message) => {
    const errors = fieldErrors(field);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(message);
  });
});

describe('a hostile schema', () => {
  it('cannot reach a prototype', () => {
    const json = JSON.parse(
      '{"fields": {"__proto__": {"type": "number"}, "constructor": {"type": "number"}, "t": {"type": "number", "__proto__": {"min": 1}}}}',
    ) as unknown;
    expect(errorsOf(json).map(({ path }) => path)).toEqual(['fields.__proto__', 'fields.constructor', 'fields.t.__proto__']);
    expect(({} as Record<string, unknown>)['min']).toBeUndefined();
  });

  it('of 100,000 fields is refused at once', () => {
    const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, { type: 'nonsense' }]));
    const started = performance.now();
    expect(errorsOf({ fields })).toEqual([{ path: 'fields', message: '100000 fields are more than the 1000 a schema may have' }]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('has no more parts than a table has columns', () => {
    const axes = [...'abcdefgh'];
    const vectors = Object.fromEntries(Array.from({ length: 512 }, (_, i) => [`v${i}`, { type: 'vector', axes }]));
    expect(parseSchema({ fields: vectors })).toMatchObject({ fields: {} });
    const message = '4099 parts are more than the 4096 that the fields of a schema may have together';
    expect(errorsOf({ fields: { ...vectors, here: { type: 'location' } } })).toEqual([{ path: 'fields', message }]);
  });

  it('gets a bounded list of bounded errors', () => {
    const long = 'n'.repeat(1_000_000);
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${long.slice(0, 2_000)}${i}`, { type: long }]));
    expect(errorsOf({ fields, [long]: 1 })).toHaveLength(SCHEMA_ERRORS_MAX);
    expect(JSON.stringify(parseSchema({ fields })).length).toBeLessThan(60_000);
  });

  it('nested 100,000 deep is refused without a stack to overflow', () => {
    const depth = 100_000;
    const deep = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
    expect(errorsOf(deep)).toHaveLength(1);
    expect(fieldErrors({ type: 'number', min: deep })).toHaveLength(1);
    expect(fieldErrors({ type: 'enum', values: deep })).toHaveLength(1);
    expect(errorsOf({ fields: { t: { type: 'number' } }, upcasts: deep })).toHaveLength(1);
  });

  it('of a million characters is refused', () => {
    const values = Array.from({ length: 1_000 }, (_, i) => `${'v'.repeat(190)}${i}`);
    const fields = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`f${i}`, { type: 'enum', values }]));
    expect(errorsOf({ fields })[0]!.message).toContain('larger than 1000000 characters');
  });
});
