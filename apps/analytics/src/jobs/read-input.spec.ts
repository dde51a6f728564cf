import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySeriesStore } from '#adapters/memory';
import { openInput, type InputRange } from './read-input.js';

const reading = fc.record({ time: fc.integer({ min: 0, max: 50 }), value: fc.option(fc.integer({ min: -9, max: 9 })) });

async function storeOf(batches: { time: number; value: number | null }[][]): Promise<MemorySeriesStore> {
  const store = new MemorySeriesStore();
  const schema = { fields: { t: { type: 'number' as const } } };
  await store.write({ checkpoint: 1, schemas: [{ accountId: 'a', deviceId: 'd', position: 1, schemaVersion: 1, schema }], readings: [] });
  for (const [i, batch] of batches.entries()) {
    const columns = { schemaVersion: 1, time: batch.map(({ time }) => time), fields: { t: batch.map(({ value }) => value) } };
    const position = i + 2;
    await store.write({
      checkpoint: position,
      schemas: [],
      readings: [{ accountId: 'a', deviceId: 'd', position, recordedAt: 0, columns }],
    });
  }
  return store;
}

async function all(store: MemorySeriesStore, range: Partial<InputRange>, stretchMax?: number): Promise<[time: number, value: number][]> {
  const readings = await openInput(store, { accountId: 'a', deviceId: 'd', fields: ['t'], asOf: 1_000, ...range }, stretchMax);
  const rows: [number, number][] = [];
  for await (const { time, values } of readings.stretches()) {
    // A stretch is larger only where all of its readings are of one time.
    if (stretchMax !== undefined && new Set(time).size > 1) expect(time.length).toBeLessThanOrEqual(stretchMax);
    time.forEach((one, i) => rows.push([one, values[0]![i]!]));
  }
  return rows;
}

describe('an input read in stretches', () => {
  it('is every value of the range, in order of time and arrival, however long the stretches are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(reading, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 50 }),
        async (batches, stretchMax, from) => {
          const store = await storeOf(batches);
          const expected = batches
            .flat()
            .filter(({ time, value }) => value !== null && time >= from)
            .sort((a, b) => a.time - b.time)
            .map(({ time, value }) => [time, value]);
          expect(await all(store, { from }, stretchMax)).toEqual(expected);
        },
      ),
    ));

  it('is what was known at a position', async () => {
    const store = await storeOf([[{ time: 1, value: 1 }], [{ time: 0, value: 2 }]]);
    expect(await all(store, { asOf: 2 })).toEqual([[1, 1]]);
    expect(await all(store, { asOf: 3 })).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect(await all(store, { asOf: 1 })).toEqual([]);
  });

  it('ends before its end', async () => {
    const store = await storeOf([[1, 2, 3].map((time) => ({ time, value: time }))]);
    expect(await all(store, { from: 1, to: 3 })).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});
