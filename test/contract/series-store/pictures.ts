import { describe, expect, it } from 'vitest';
import type { SeriesColumns } from '#ports';
import { MemorySeriesStore } from '#adapters/memory';
import { batchOf, D1, EPOCH, readingsEvent } from '../../support/series-store/batches.js';
import { plainSeries } from '../../support/series-store/compare.js';
import type { StoreUnderTest } from './series-store-contract.js';

/** Saw teeth with noise, steps and gaps; some times occur twice. */
function curve(readings: number) {
  const time = Array.from({ length: readings }, (_, i) => EPOCH + Math.floor(i / 2) * 100 + (i % 5 === 0 ? 0 : 40));
  const a = time.map((_, i) => (i % 97) / 7 + ((i * 7919) % 31) / 10);
  const b = time.map((_, i) => (i % 11 === 0 ? null : Math.floor(i / 500)));
  return { batch: batchOf(readingsEvent(1, { time, fields: { a, b, s: time.map(() => 'x') } })), from: EPOCH, to: EPOCH + readings * 50 };
}

export function pictures(sut: StoreUnderTest): void {
  describe('asked for a picture', () => {
    it.each(['m4', 'lttb'] as const)('gives the points that %s chooses, of one field and of two', async (method) => {
      const { batch, ...range } = curve(5_000);
      const reference = new MemorySeriesStore();
      for (const store of [sut.store, reference]) await store.write(batch);
      for (const fields of [['a'], ['b'], ['a', 'b']]) {
        for (const points of [2, 3, 100, 401]) {
          const query = { ...D1, ...range, fields, picture: { method, points } };
          const answer = await sut.store.series(query);
          expect(plainSeries(answer)).toEqual(plainSeries(await reference.series(query)));
          expect(answer.time.length).toBeLessThanOrEqual(points);
        }
      }
    });

    it('gives the same of long curves, which are reduced in two steps', async () => {
      const { batch, ...range } = curve(140_000);
      const reference = new MemorySeriesStore();
      for (const store of [sut.store, reference]) await store.write(batch);
      const query = { ...D1, ...range, fields: ['a'], picture: { method: 'lttb' as const, points: 500 } };
      const answer: SeriesColumns = await sut.store.series(query);
      expect(answer.of).toBe(140_000);
      expect(answer.time.length).toBe(500);
      expect(plainSeries(answer)).toEqual(plainSeries(await reference.series(query)));
    });

    it('gives raw values where they are few', async () => {
      const { batch, ...range } = curve(50);
      await sut.store.write(batch);
      expect(plainSeries(await sut.store.series({ ...D1, ...range, fields: ['a', 'b'], picture: { method: 'lttb', points: 50 } }))).toEqual(
        plainSeries(await sut.store.series({ ...D1, ...range, fields: ['a', 'b'] })),
      );
    });

    it('refuses texts', async () => {
      const { batch, ...range } = curve(50);
      await sut.store.write(batch);
      await expect(sut.store.series({ ...D1, ...range, fields: ['s'], picture: { method: 'm4', points: 10 } })).rejects.toMatchObject({
        code: 'request.bad-parameter',
      });
    });
  });
}
