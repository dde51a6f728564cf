import { describe, expect, it } from 'vitest';
import { batchOf, D1, EPOCH, readingsEvent, schemaEvent, type LogEvent } from '../../support/series-store/batches.js';
import { plainReadings, plainSeries } from '../../support/series-store/compare.js';
import type { Capabilities, StoreUnderTest } from './series-store-contract.js';

const RANGE = { from: EPOCH, to: EPOCH + 100 };
const number = { type: 'number' } as const;
const plainColumn = (_: string, value: unknown): unknown => (value instanceof Float64Array ? [...value] : value);

export function schemaChanges(sut: StoreUnderTest, { durable }: Capabilities): void {
  const valuesOf = async (field: string): Promise<unknown> =>
    (plainSeries(await sut.store.series({ ...D1, ...RANGE, fields: [field] })) as { fields: Record<string, { value: unknown }> }).fields[
      field
    ]!.value;
  const at = (position: number, schemaVersion: number, fields: Parameters<typeof readingsEvent>[1]['fields']): LogEvent =>
    readingsEvent(position, { schemaVersion, time: [EPOCH + position], fields });

  describe('when a schema changes', () => {
    it('reads what was stored before through the upcasts, one after the other', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { t: number } }),
          at(2, 1, { t: [100] }),
          schemaEvent(3, 2, { fields: { temperature: number }, upcasts: { temperature: { from: 't', scale: 1.8, offset: 32 } } }),
          at(4, 2, { temperature: [50] }),
          schemaEvent(5, 3, { fields: { temperature: number }, upcasts: { temperature: { scale: 0.5 } } }),
          at(6, 3, { temperature: [7] }),
        ),
      );
      expect(await valuesOf('temperature')).toEqual([106, 25, 7]);
      expect(await valuesOf('t')).toEqual([]);
      expect(plainReadings(await sut.store.readings({ ...D1, ...RANGE, limit: 9 }))).toMatchObject({
        parts: { temperature: [106, 25, 7] },
      });
    });

    it('reads what was known at a position as the schema of then does', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { t: number } }),
          at(2, 1, { t: [20] }),
          schemaEvent(3, 2, { fields: { t: number }, upcasts: { t: { scale: 1.8, offset: 32 } } }),
          at(4, 2, { t: [50] }),
          schemaEvent(5, 3, { fields: { temperature: number }, upcasts: { temperature: { from: 't' } } }),
          at(6, 3, { temperature: [7] }),
        ),
      );
      const known = async (asOf: number) => {
        const { parts } = await sut.store.readings({ ...D1, ...RANGE, limit: 9, asOf });
        const query = { ...D1, from: EPOCH, to: EPOCH + 1_000, fields: ['t', 'temperature'], asOf };
        const raw = await sut.store.series(query);
        const windows = await sut.store.series({ ...query, every: { count: 1, unit: 's' }, fn: ['last'] });
        const picture = await sut.store.series({ ...query, picture: { method: 'lttb', points: 9 } });
        expect(plainSeries(picture)).toEqual(plainSeries(raw));
        return [parts, raw.fields, windows.fields].map((fields) => JSON.parse(JSON.stringify(fields, plainColumn)) as unknown);
      };
      const none = (length: number) => Array<null>(length).fill(null);
      const answers = (t: (number | null)[], temperature: (number | null)[], parts: object) => [
        parts,
        { t: { value: t }, temperature: { value: temperature } },
        { t: { last: [t.at(-1)] }, temperature: { last: [temperature.at(-1)] } },
      ];
      expect(await known(2)).toEqual(answers([20], none(1), { t: [20] }));
      expect(await known(3)).toEqual(answers([68], none(1), { t: [68] }));
      expect(await known(4)).toEqual(answers([68, 50], none(2), { t: [68, 50] }));
      expect(await known(6)).toEqual(answers(none(3), [68, 50, 7], { temperature: [68, 50, 7] }));
      if (durable) await sut.reopen();
      expect(await known(2)).toEqual(answers([20], none(1), { t: [20] }));
    });

    it('swaps names', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { a: number, b: number } }),
          at(2, 1, { a: [1], b: [2] }),
          schemaEvent(3, 2, { fields: { a: number, b: number }, upcasts: { a: { from: 'b' }, b: { from: 'a' } } }),
          at(4, 2, { a: [3], b: [4] }),
        ),
      );
      expect(await valuesOf('a')).toEqual([2, 3]);
      expect(await valuesOf('b')).toEqual([1, 4]);
    });

    it('reads the parts of a renamed location', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { gps: { type: 'location' } } }),
          at(2, 1, { gps: { lat: [48], lon: [11] } }),
          schemaEvent(3, 2, { fields: { position: { type: 'location' } }, upcasts: { position: { from: 'gps' } } }),
          at(4, 2, { position: { lat: [49], lon: [12], alt: [500] } }),
        ),
      );
      expect(await valuesOf('position.lat')).toEqual([48, 49]);
      expect(await valuesOf('position.alt')).toEqual([500]);
    });

    it('keeps a field that a newer schema no longer has, and reads it on when it is back', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { a: number, b: number } }),
          at(2, 1, { a: [1], b: [2] }),
          schemaEvent(3, 2, { fields: { b: number } }),
          at(4, 2, { b: [3] }),
          schemaEvent(5, 3, { fields: { a: number, b: number } }),
          at(6, 3, { a: [5] }),
        ),
      );
      expect(await valuesOf('a')).toEqual([1, 5]);
      expect(await valuesOf('b')).toEqual([2, 3]);
    });

    it('does not read a number as a text', async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { a: number } }),
          at(2, 1, { a: [1] }),
          schemaEvent(3, 2, { fields: { a: { type: 'string' } } }),
          at(4, 2, { a: ['one'] }),
        ),
      );
      expect(await valuesOf('a')).toEqual(['one']);
    });

    it('has the same digest, since readings are digested as they were received', async () => {
      const readings = [at(2, 1, { a: [1] }), at(4, 2, { a: [3] })];
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { a: number } }),
          readings[0]!,
          schemaEvent(3, 2, { fields: { a: number }, upcasts: { a: { scale: 3 } } }),
          readings[1]!,
        ),
      );
      const plain = await sut.another();
      await plain.write(batchOf(...readings));
      expect(await sut.store.digest()).toBe(await plain.digest());
    });

    it('moves on to wider rows without losing the narrow ones', async () => {
      const names = Array.from({ length: 9 }, (_, i) => `f${i}`);
      const events = names.flatMap((_, i): LogEvent[] => {
        const fields = names.slice(0, i + 1);
        return [
          schemaEvent(10 * i + 1, i + 1, { fields: Object.fromEntries(fields.map((name) => [name, number])) }),
          at(10 * i + 2, i + 1, Object.fromEntries(fields.map((name, k) => [name, [i * 100 + k]]))),
        ];
      });
      await sut.store.write(batchOf(...events));
      expect(await valuesOf('f0')).toEqual(names.map((_, i) => i * 100));
      expect(await valuesOf('f8')).toEqual([808]);
    });
  });
}
