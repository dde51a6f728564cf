import { describe, expect, it } from 'vitest';
import { batchOf, D1, EPOCH, numbers, readingsEvent, schemaEvent } from '../../support/series-store/batches.js';
import type { StoreUnderTest } from './series-store-contract.js';

const OTHER = { accountId: 'a2', deviceId: D1.deviceId };
const CONTENT = { of: 'content' } as const;

export function digests(sut: StoreUnderTest): void {
  describe('digested', () => {
    it('has the digest of what was known at a position', async () => {
      await sut.store.write(
        batchOf(schemaEvent(1, 1, numbers('a')), readingsEvent(2, { time: [EPOCH, EPOCH + 2], fields: { a: [1, 2] } })),
      );
      const [one, all] = [await sut.store.digest(D1), await sut.store.digest()];
      await sut.store.write(batchOf(readingsEvent(5, { time: [EPOCH + 1], fields: { a: [3], b: [4] } })));
      await sut.store.write(batchOf(readingsEvent(6, { time: [EPOCH], fields: { a: [5] } }, OTHER)));
      expect(await sut.store.digest(D1)).not.toBe(one);
      expect(await sut.store.digest(D1, { asOf: 4 })).toBe(one);
      expect(await sut.store.digest(undefined, { asOf: 4 })).toBe(all);
    });

    it('has the same content whatever account sent it, when, and in what order those of one time arrived', async () => {
      const here = batchOf(
        schemaEvent(1, 1, numbers('a')),
        readingsEvent(2, { time: [EPOCH, EPOCH + 1, EPOCH], seq: [2, 9, '18446744073709551615'], fields: { a: [20, 90, -0] } }),
        readingsEvent(3, { time: [EPOCH, EPOCH], seq: [null, 1], fields: { a: [0, 10] } }),
      );
      const there = batchOf(
        readingsEvent(11, { time: [EPOCH], fields: { a: [0] } }, OTHER),
        readingsEvent(
          14,
          { time: [EPOCH, EPOCH + 1, EPOCH, EPOCH], seq: ['18446744073709551615', 9, 1, 2], fields: { a: [0, 90, 10, 20] } },
          OTHER,
        ),
      );
      await sut.store.write(here);
      const another = await sut.another();
      await another.write(there);
      expect(await sut.store.digest(D1, CONTENT)).toBe(await another.digest(OTHER, CONTENT));
      expect(await sut.store.digest(undefined, CONTENT)).toBe(await another.digest(undefined, CONTENT));
      expect(await sut.store.digest(D1)).not.toBe(await another.digest(OTHER));
      await another.write(batchOf(readingsEvent(15, { time: [EPOCH + 1], seq: [10], fields: { a: [90] } }, OTHER)));
      expect(await sut.store.digest(D1, CONTENT)).not.toBe(await another.digest(OTHER, CONTENT));
    });

    it('has one content of a device that nobody wrote to', async () => {
      expect(await sut.store.digest({ accountId: 'a8', deviceId: 'd' }, CONTENT)).toBe(
        await sut.store.digest({ accountId: 'a9', deviceId: 'd' }, CONTENT),
      );
    });
  });
}
