import { describe, expect, it } from 'vitest';
import type { SeriesFound } from '../../../queries/get-series/get-series.js';
import { arrowOf, parquetOf } from './arrow.js';
import { csvOf, textCell } from './csv.js';
import { columnJson, seriesJson, seriesNdjson } from './json-columns.js';
import { formatFor } from './negotiate.js';
import { tableOfReadings, tableOfSeries } from './table.js';
import { timeWriter } from './zoned-time.js';

const HOUR = 3_600_000;
const found: SeriesFound = {
  deviceId: 'd1',
  from: 0,
  to: 2 * HOUR,
  parts: [
    { name: 't', field: 't', type: 'number', numeric: true, charsMax: 0 },
    { name: 'open', field: 'open', type: 'boolean', numeric: true, charsMax: 0 },
    { name: 'note', field: 'note', type: 'string', numeric: false, charsMax: 100 },
  ],
  columns: {
    of: 3,
    time: Float64Array.of(0, HOUR, 2 * HOUR - 0.5),
    fields: {
      t: { value: Float64Array.of(1.5, NaN, 1e21) },
      open: { value: Float64Array.of(1, 0, NaN) },
      note: { value: ['=1+1', 'a,"b"', null] },
    },
  },
};
const all = (pieces: Iterable<string>) => [...pieces].join('');

describe('series as JSON', () => {
  it('is what JSON.stringify would make of it', () => {
    expect(JSON.parse(all(seriesJson(found)))).toEqual({
      deviceId: 'd1',
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T02:00:00.000Z',
      points: 3,
      of: 3,
      time: [0, HOUR, 2 * HOUR - 0.5],
      fields: { t: { value: [1.5, null, 1e21] }, open: { value: [1, 0, null] }, note: { value: ['=1+1', 'a,"b"', null] } },
    });
  });

  it('writes columns longer than a piece without loss', () => {
    const column = Float64Array.from({ length: 20_001 }, (_, at) => (at % 7 === 0 ? NaN : at / 3));
    expect(JSON.parse(all(columnJson(column)))).toEqual(Array.from(column, (value) => (Number.isNaN(value) ? null : value)));
    expect(all(columnJson(new Float64Array()))).toBe('[]');
  });

  it('is a line a point as NDJSON', () => {
    expect(JSON.parse(all(seriesNdjson({ ...found, tz: 'Europe/Berlin' })).split('\n')[0]!)).toEqual({
      time: '1970-01-01T01:00:00.000+01:00',
      t: 1.5,
      open: 1,
      note: '=1+1',
    });
  });
});

describe('series as CSV', () => {
  it('carries the zone, quotes text, and leaves cells without a value empty', () => {
    expect(all(csvOf(tableOfSeries({ ...found, tz: 'Asia/Kolkata' }))).split('\r\n')).toEqual([
      'time,t,open,note',
      "1970-01-01T05:30:00.000+05:30,1.5,true,'=1+1",
      '1970-01-01T06:30:00.000+05:30,,false,"a,""b"""',
      '1970-01-01T07:29:59.999500+05:30,1e+21,,',
      '',
    ]);
  });

  it('names a column of a field otherwise than one of the readings themselves', () => {
    const rows = {
      time: Float64Array.of(0),
      recordedAt: Float64Array.of(1),
      position: Float64Array.of(7),
      index: Int32Array.of(0),
      seq: ['5'],
      parts: { t: Float64Array.of(1.5), position: Float64Array.of(2), seq: Float64Array.of(3) },
    };
    const table = tableOfReadings({ rows, parts: new Map() } as unknown as Parameters<typeof tableOfReadings>[0]);
    expect(table.columns.map(({ name }) => name)).toEqual(['time', 'recordedAt', 'seq', 't', 'values.position', 'values.seq', 'position']);
  });

  it.each(['=1', '+1', '-1', '@x', '\tx', '\rx'])('gives a spreadsheet no formula to run (%j)', (text) => {
    expect(textCell(text).replace(/^"/, '')).toMatch(/^'/);
  });

  it('follows daylight saving', () => {
    const write = timeWriter('Europe/Berlin');
    expect([Date.UTC(2026, 2, 29, 0, 59), Date.UTC(2026, 2, 29, 1)].map(write)).toEqual([
      '2026-03-29T01:59:00.000+01:00',
      '2026-03-29T03:00:00.000+02:00',
    ]);
  });
});

describe('series as Arrow and Parquet', () => {
  it('keeps values, nulls and types', async () => {
    const { tableFromIPC } = await import('apache-arrow');
    const table = tableFromIPC(await arrowOf(tableOfSeries(found), 'stream'));
    expect(table.schema.fields.map((field) => `${field.name}: ${String(field.type)}`)).toEqual([
      'time: Timestamp<MICROSECOND, UTC>',
      't: Float64',
      'open: Bool',
      'note: Utf8',
    ]);
    expect([...table.getChild('t')!]).toEqual([1.5, null, 1e21]);
    expect([...table.getChild('open')!]).toEqual([true, false, null]);
    expect([...table.getChild('note')!]).toEqual(['=1+1', 'a,"b"', null]);
  });

  it('comes back from Parquet', async () => {
    const [{ tableFromIPC }, parquet] = await Promise.all([import('apache-arrow'), import('parquet-wasm')]);
    const table = tableFromIPC(parquet.readParquet(await parquetOf(tableOfSeries(found))).intoIPCStream());
    expect([...table.getChild('t')!]).toEqual([1.5, null, 1e21]);
  });
});

describe('Accept', () => {
  it.each([
    [undefined, 'json'],
    ['*/*', 'json'],
    ['text/csv', 'csv'],
    ['text/*', 'csv'],
    ['application/json;q=0.5, text/csv', 'csv'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'json'],
    ['application/vnd.apache.arrow.stream', 'arrow-stream'],
    ['application/vnd.apache.parquet', 'parquet'],
  ])('%s is answered as %s', (accept, format) => expect(formatFor(accept)).toBe(format));

  it.each(['image/png', 'application/json;q=0'])('%s cannot be answered', (accept) => {
    expect(() => formatFor(accept)).toThrow(expect.objectContaining({ code: 'request.not-acceptable' }));
  });
});
