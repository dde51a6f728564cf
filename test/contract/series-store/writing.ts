import { describe, expect, it } from 'vitest';
import type { PackedColumns } from '#contracts';
import { batchOf, cut, D1, EPOCH, numbers, readingsEvent, schemaEvent } from '../../support/series-store/batches.js';
import { plainReadings } from '../../support/series-store/compare.js';
import type { Capabilities, StoreUnderTest } from './series-store-contract.js';

const ALL = { from: -Infinity, to: Infinity };
const first = batchOf(
  schemaEvent(1, 1, numbers('a')),
  readingsEvent(2, { time: [EPOCH, EPOCH + 1], seq: [7, null], fields: { a: [1, 2] } }),
);
const second = batchOf(readingsEvent(5, { time: [EPOCH + 2], fields: { a: [3] } }));

export function writing(sut: StoreUnderTest, { durable }: Capabilities): void {
  describe('written to', () => {
    it('is at 0 at first', async () => expect(await sut.store.checkpoint()).toBe(0));

    it('is at the checkpoint of its last batch', async () => {
      await sut.store.write(first);
      expect(await sut.store.checkpoint()).toBe(2);
      await sut.store.write({ checkpoint: 9, schemas: [], readings: [] });
      expect(await sut.store.checkpoint()).toBe(9);
    });

    it('is not changed by a batch at or below its checkpoint', async () => {
      await sut.store.write(first);
      await sut.store.write(second);
      const digest = await sut.store.digest();
      for (const batch of [first, second, first]) await sut.store.write(batch);
      expect(await sut.store.count({ ...D1, ...ALL })).toBe(3);
      expect(await sut.store.checkpoint()).toBe(5);
      expect(await sut.store.digest()).toBe(digest);
    });

    it('takes only what is new of a batch that begins below its checkpoint', async () => {
      await sut.store.write(first);
      await sut.store.write({
        checkpoint: 5,
        schemas: [...first.schemas, ...second.schemas],
        readings: [...first.readings, ...second.readings],
      });
      expect(await sut.store.count({ ...D1, ...ALL })).toBe(3);
    });

    it('writes batches in the order given, without waiting in between', async () => {
      await Promise.all([sut.store.write(first), sut.store.write(second), sut.store.write(first)]);
      expect(await sut.store.count({ ...D1, ...ALL })).toBe(3);
      expect(await sut.store.checkpoint()).toBe(5);
    });

    it('keeps readings that no schema described', async () => {
      await sut.store.write(batchOf(readingsEvent(3, { time: [EPOCH], fields: { odd: [4], text: ['t'], at: { lat: [1], lon: [2] } } })));
      const { parts } = await sut.store.readings({ ...D1, ...ALL, limit: 10 });
      expect(plainReadings(await sut.store.readings({ ...D1, ...ALL, limit: 10 }))).toMatchObject({
        parts: { odd: [4], text: ['t'], 'at.lat': [1], 'at.lon': [2] },
      });
      expect(Object.keys(parts)).toHaveLength(4);
    });

    it('keeps a device without any value', async () => {
      await sut.store.write(batchOf(schemaEvent(1, 1, { fields: {} }), readingsEvent(2, { time: [EPOCH], fields: {} })));
      expect(await sut.store.count({ ...D1, ...ALL })).toBe(1);
      expect(plainReadings(await sut.store.readings({ ...D1, ...ALL, limit: 1 }))).toMatchObject({ time: [EPOCH], parts: {} });
    });

    it('takes a thousand fields, and batches longer than a chunk', async () => {
      const names = Array.from({ length: 1_000 }, (_, i) => `f${i}`);
      const time = Array.from({ length: 2_500 }, (_, i) => EPOCH + i);
      const fields = Object.fromEntries(
        names.filter((_, i) => i % 50 === 0).map((name, i) => [name, time.map((_, row) => (row % 7 === i % 7 ? null : row + i / 100))]),
      );
      await sut.store.write(batchOf(schemaEvent(1, 1, numbers(...names)), readingsEvent(2, { time, fields })));
      const { parts, more } = await sut.store.readings({ ...D1, ...ALL, limit: 3_000 });
      expect(more).toBe(false);
      expect(Object.keys(parts).sort()).toEqual(Object.keys(fields).sort());
      for (const [name, column] of Object.entries(fields))
        expect(Array.from(parts[name] as Float64Array, (value) => (value === value ? value : null))).toEqual(column);
    });

    it('takes packed columns as it takes others', async () => {
      const time = Array.from({ length: 2_500 }, (_, i) => EPOCH + i / 8);
      const values = time.map((_, i) => (i % 5) / 8 - 0.25);
      const fields = { a: values, gaps: values.map((value, i) => (i % 3 === 0 ? null : value)), at: { lat: values, lon: values } };
      const schema = schemaEvent(1, 1, { fields: { ...numbers('a', 'gaps').fields, at: { type: 'location' } } });
      const plain = batchOf(schema, readingsEvent(2, { time, seq: [...time.keys()], fields }));
      const packed = Float64Array.from(values);
      const columns: PackedColumns = {
        schemaVersion: 1,
        time: Float64Array.from(time),
        seq: Float64Array.from(time.keys()),
        fields: { ...fields, a: packed, at: { lat: packed, lon: packed } },
      };
      const [event] = plain.readings;
      await sut.store.write({ ...plain, readings: [{ ...event!, columns }] });
      await sut.store.write({ checkpoint: 3, schemas: [], readings: [{ ...event!, deviceId: 'd2', position: 3 }] });

      const [one, other] = await Promise.all(['d1', 'd2'].map((deviceId) => sut.store.readings({ ...D1, deviceId, ...ALL, limit: 3_000 })));
      expect(plainReadings({ ...one!, position: other!.position })).toEqual(plainReadings(other!));
      expect(plainReadings(one!)).toMatchObject({ time, parts: { 'at.lat': values, gaps: fields.gaps } });
    });

    it.runIf(durable)('has everything again when it is opened again', async () => {
      for (const batch of cut(
        [
          schemaEvent(1, 1, numbers('a', 'b')),
          readingsEvent(2, { time: [EPOCH], fields: { a: [1] } }),
          readingsEvent(4, { time: [EPOCH], fields: { b: [2] } }),
        ],
        [1, 2],
      ))
        await sut.store.write(batch);
      const before = plainReadings(await sut.store.readings({ ...D1, ...ALL, limit: 10 }));
      const digest = await sut.store.digest();
      await sut.reopen();
      expect(await sut.store.checkpoint()).toBe(4);
      expect(plainReadings(await sut.store.readings({ ...D1, ...ALL, limit: 10 }))).toEqual(before);
      expect(await sut.store.digest()).toBe(digest);
      await sut.store.write(batchOf(readingsEvent(6, { time: [EPOCH + 5], fields: { a: [3], b: [4] } })));
      expect(await sut.store.count({ ...D1, ...ALL })).toBe(3);
    });

    it.runIf(durable)('finishes what it was given when it is closed, and refuses what comes after', async () => {
      await sut.store.write(first);
      const later = sut.store.close();
      await sut.store.close();
      await later;
      await expect(sut.store.write(second)).rejects.toMatchObject({ code: 'overload.stopping' });
      await expect(sut.store.digest()).rejects.toMatchObject({ code: 'overload.stopping' });
      await sut.reopen();
      expect(await sut.store.checkpoint()).toBe(2);
    });
  });
}
