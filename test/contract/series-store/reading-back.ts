import { beforeEach, describe, expect, it } from 'vitest';
import type { ReadingKey } from '#ports';
import { batchOf, D1, EPOCH, numbers, readingsEvent, RECORDED, schemaEvent } from '../../support/series-store/batches.js';
import { plainReadings, plainSeries } from '../../support/series-store/compare.js';
import type { StoreUnderTest } from './series-store-contract.js';

const RANGE = { from: EPOCH, to: EPOCH + 1_000 };

export function readingBack(sut: StoreUnderTest): void {
  describe('read back', () => {
    beforeEach(async () => {
      await sut.store.write(
        batchOf(
          schemaEvent(1, 1, { fields: { a: { type: 'number' }, on: { type: 'boolean' }, s: { type: 'string' } } }),
          readingsEvent(2, {
            time: [EPOCH + 20, EPOCH + 10, EPOCH + 10],
            seq: [1, null, '18446744073709551615'],
            fields: { a: [20, 10, 11], on: [true, null, false] },
          }),
          readingsEvent(7, { time: [EPOCH + 10, EPOCH + 0.125, EPOCH + 1_000], fields: { a: [12, null, 99], s: ['x', '', null] } }),
        ),
      );
    });

    it('gives whole readings by time, then arrival, with all that is known of them', async () => {
      const rows = await sut.store.readings({ ...D1, ...RANGE, limit: 10 });
      expect(plainReadings(rows)).toEqual({
        time: [EPOCH + 0.125, EPOCH + 10, EPOCH + 10, EPOCH + 10, EPOCH + 20],
        position: [7, 2, 2, 7, 2],
        index: [1, 1, 2, 0, 0],
        recordedAt: [RECORDED + 7, RECORDED + 2, RECORDED + 2, RECORDED + 7, RECORDED + 2],
        seq: [null, null, '18446744073709551615', null, 1],
        parts: { a: [null, 10, 11, 12, 20], on: [null, null, 0, null, 1], s: ['', null, null, 'x', null] },
        more: false,
      });
    });

    it('gives the same in pages of any size', async () => {
      const whole = await sut.store.readings({ ...D1, ...RANGE, limit: 10 });
      for (const limit of [1, 2, 3]) {
        const found: ReadingKey[] = [];
        for (let more = true; more && found.length < 9;) {
          const page = await sut.store.readings({ ...D1, ...RANGE, limit, after: found.at(-1) });
          page.time.forEach((time, i) => found.push({ time, position: page.position[i]!, index: page.index[i]! }));
          expect(page.time.length).toBeLessThanOrEqual(limit);
          more = page.more;
        }
        expect(found).toEqual(Array.from(whole.time, (time, i) => ({ time, position: whole.position[i], index: whole.index[i] })));
      }
    });

    it('knows what it knew before', async () => {
      expect(plainReadings(await sut.store.readings({ ...D1, ...RANGE, limit: 10, asOf: 6 }))).toMatchObject({ position: [2, 2, 2] });
      expect(await sut.store.count({ ...D1, ...RANGE, asOf: 2 })).toBe(3);
      expect(await sut.store.count({ ...D1, ...RANGE, asOf: 1 })).toBe(0);
      expect((await sut.store.series({ ...D1, ...RANGE, fields: ['a'], asOf: 6 })).of).toBe(3);
    });

    it('tells the time of the latest reading, and of what was the latest then', async () => {
      const { time } = await sut.store.readings({ ...D1, from: -Infinity, to: Infinity, limit: 99 });
      const known = await sut.store.readings({ ...D1, from: -Infinity, to: Infinity, limit: 99, asOf: 6 });
      expect(await sut.store.latestTime(D1)).toBe(time.at(-1));
      expect(await sut.store.latestTime({ ...D1, asOf: 6 })).toBe(known.time.at(-1));
      expect(await sut.store.latestTime({ ...D1, asOf: 1 })).toBeUndefined();
      expect(await sut.store.latestTime({ ...D1, deviceId: 'nobody' })).toBeUndefined();
      await sut.store.write(batchOf(readingsEvent(1_000, { time: [-5.875, -7], fields: { a: [1, 2] } }, { ...D1, deviceId: 'early' })));
      expect(await sut.store.latestTime({ ...D1, deviceId: 'early' })).toBe(-5.875);
    });

    it('counts from `from` on and before `to`', async () => {
      expect(await sut.store.count({ ...D1, from: EPOCH + 10, to: EPOCH + 20 })).toBe(3);
      expect(await sut.store.count({ ...D1, from: -Infinity, to: Infinity })).toBe(6);
    });

    it('gives raw values of the fields asked for, without readings that have none of them', async () => {
      expect(plainSeries(await sut.store.series({ ...D1, ...RANGE, fields: ['a', 'on'] }))).toEqual({
        of: 4,
        time: [EPOCH + 10, EPOCH + 10, EPOCH + 10, EPOCH + 20],
        fields: { a: { value: [10, 11, 12, 20] }, on: { value: [null, 0, null, 1] } },
      });
      expect(plainSeries(await sut.store.series({ ...D1, ...RANGE, fields: ['s'] }))).toMatchObject({
        fields: { s: { value: ['', 'x'] } },
      });
    });

    it('has nothing of what nobody sent', async () => {
      expect(plainSeries(await sut.store.series({ ...D1, ...RANGE, fields: ['nope'] }))).toEqual({
        of: 0,
        time: [],
        fields: { nope: { value: [] } },
      });
      const nobody = { accountId: 'a9', deviceId: 'd1' };
      expect(plainSeries(await sut.store.series({ ...nobody, ...RANGE, fields: ['a'], every: { count: 1, unit: 'h' } }))).toMatchObject({
        of: 0,
        time: [],
      });
      expect(await sut.store.count({ ...nobody, ...RANGE })).toBe(0);
      expect((await sut.store.readings({ ...nobody, ...RANGE, limit: 5 })).more).toBe(false);
    });

    it('keeps the devices of two accounts apart', async () => {
      const other = { accountId: 'a2', deviceId: D1.deviceId };
      await sut.store.write(
        batchOf(schemaEvent(8, 1, numbers('a'), other), readingsEvent(9, { time: [EPOCH], fields: { a: [1] } }, other)),
      );
      expect(await sut.store.count({ ...other, ...RANGE })).toBe(1);
      expect(await sut.store.digest(other)).not.toBe(await sut.store.digest(D1));
    });
  });
}
