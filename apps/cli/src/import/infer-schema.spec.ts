/** What columns say of themselves. */
import { describe, expect, it } from 'vitest';
import { fieldNames, slug } from './field-names.js';
import { SchemaInference } from './infer-schema.js';
import type { Cell } from './rows.js';

function inferred(rows: Record<string, Cell>[]) {
  const sut = new SchemaInference('time');
  rows.forEach((cells, index) => sut.add({ cells: { time: '2026-01-01', ...cells }, line: index + 2 }));
  return sut.result();
}
const typeOf = (values: Cell[]) => inferred(values.map((it) => ({ it }))).schema.fields['it'];

describe('SchemaInference', () => {
  it.each<[string, Cell[], unknown]>([
    ['integer', ['1', '-2', '300'], { type: 'integer' }],
    ['number', ['1', '2.5', '1e3', '.5'], { type: 'number' }],
    ['number, too large to count with', ['1', '9007199254740993'], { type: 'number' }],
    ['boolean', ['true', 'FALSE'], { type: 'boolean' }],
    ['boolean in JSON', [true, false], { type: 'boolean' }],
    ['enum where few values recur', ['rain', 'sun', 'sun', 'rain', 'sun', 'sun'], { type: 'enum', values: ['rain', 'sun'] }],
    ['string where values do not recur', ['one', 'two', 'three'], { type: 'string' }],
    ['string for codes with leading zeros', ['00501', '12345'], { type: 'string' }],
    ['the type of what is there', ['', '5', 'NA', null], { type: 'integer' }],
    ['string where numbers and text mix', ['5', 'five', '6'], { type: 'string' }],
  ])('sees %s', (_, values, expected) => {
    expect(typeOf(values)).toEqual(expected);
  });

  it('makes a position of latitude and longitude', () => {
    const { schema, locations } = inferred([{ latitude: '48.2', Longitude: '16.37', altitude: '171', speed: '3' }]);
    expect(locations).toEqual([{ field: 'position', lat: 'latitude', lon: 'Longitude', alt: 'altitude' }]);
    expect(schema.fields).toEqual({ speed: { type: 'integer' }, position: { type: 'location' } });
  });

  it('leaves numbers that cannot be degrees alone', () => {
    expect(inferred([{ lat: '4820', lon: '1637' }]).locations).toEqual([]);
  });

  it('makes a location of the parts of one', () => {
    const { schema, locations } = inferred([{ 'start.lat': '48.2', 'start.lon': '16.37', 'start.alt': '', 'end.lat': '1' }]);
    expect(locations).toEqual([{ field: 'start', lat: 'start.lat', lon: 'start.lon', alt: undefined }]);
    expect(schema.fields).toEqual({ end_lat: { type: 'integer', label: 'end.lat' }, start: { type: 'location' } });
  });

  it('leaves out columns without a value, and says which', () => {
    expect(inferred([{ a: '', b: '1' }])).toMatchObject({ empty: ['a'], schema: { fields: { b: { type: 'integer' } } } });
  });

  it('keeps the heading as the label where the name had to change', () => {
    expect(inferred([{ 'Temp. (°C)': '5' }]).schema.fields).toEqual({ Temp_C: { type: 'integer', label: 'Temp. (°C)' } });
  });
});

describe('fieldNames', () => {
  it('gives every heading a name that a reading can carry, once', () => {
    expect(fieldNames(['a.b', 'a b', 'seq', '__proto__', '', 'Größe', 'x'.repeat(500)])).toEqual([
      'a_b',
      'a_b_2',
      'seq_value',
      'proto',
      'column_5',
      'Größe',
      'x'.repeat(120),
    ]);
  });
});

describe('slug', () => {
  it('makes a device id of a name', () => {
    expect(slug('Seattle Weather (hourly)')).toBe('seattle-weather-hourly');
    expect(slug('Café №1')).toBe('cafe-no1');
    expect(slug('???')).toBe('device');
  });
});
