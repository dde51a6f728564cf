import { describe, expect, it } from 'vitest';
import type { DeviceSchema } from '#contracts';
import { type LatestRow, readLatest } from './upcast.js';

const row = (field: string, value: LatestRow['value'], position: number, time = position): LatestRow => ({ field, value, time, position });
const schema = (fields: string[], upcasts?: DeviceSchema['upcasts']): DeviceSchema => ({
  fields: Object.fromEntries(fields.map((name) => [name, { type: 'number' }])),
  ...(upcasts && { upcasts }),
});
const values = (rows: LatestRow[]) => Object.fromEntries(rows.map(({ field, value }) => [field, value]));

describe('latest values under the newest schema', () => {
  const first = { position: 1, schema: schema(['t', 'h']) };

  it('are as stored where no schema says otherwise', () => {
    expect(values(readLatest([row('t', 1, 5), row('h', 2, 5)], [first, { position: 7, schema: schema(['t']) }]))).toEqual({ t: 1, h: 2 });
  });

  it('are scaled where they are older than the schema that scales', () => {
    const scaled = { position: 7, schema: schema(['t', 'h'], { t: { scale: 1.8, offset: 32 } }) };
    expect(values(readLatest([row('t', 100, 5), row('h', 2, 5)], [first, scaled]))).toEqual({ t: 212, h: 2 });
    expect(values(readLatest([row('t', 100, 8)], [first, scaled]))).toEqual({ t: 100 });
  });

  it('follow a rename, version by version, and the later of two wins', () => {
    const renamed = { position: 7, schema: schema(['temperature', 'h'], { temperature: { from: 't' } }) };
    const again = { position: 9, schema: schema(['temperature', 'h'], { temperature: { scale: 2 } }) };
    expect(values(readLatest([row('t', 10, 5)], [first, renamed, again]))).toEqual({ temperature: 20 });
    expect(values(readLatest([row('t', 10, 5), row('temperature', 7, 10)], [first, renamed, again]))).toEqual({ temperature: 7 });
    expect(values(readLatest([row('t', 10, 5, 99), row('temperature', 7, 10)], [first, renamed, again]))).toEqual({ temperature: 20 });
  });

  it('scale every part of a vector', () => {
    expect(values(readLatest([row('t', { x: 1, y: 2 }, 5)], [{ position: 7, schema: schema(['t'], { t: { scale: 10 } }) }]))).toEqual({
      t: { x: 10, y: 20 },
    });
  });
});
