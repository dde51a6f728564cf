import { describe, expect, it } from 'vitest';
import { batchOf, D1, EPOCH, readingsEvent } from '../../support/series-store/batches.js';
import type { StoreUnderTest } from './series-store-contract.js';

const OTHER = { accountId: 'a2', deviceId: 'd2' };
const ALL = { from: -Infinity, to: Infinity };
const ofPart = (part: number, position: number, ref = D1) => ({
  part,
  ...batchOf(readingsEvent(position, { time: [EPOCH + position], fields: { a: [position] } }, ref)),
});

export function parts(sut: StoreUnderTest): void {
  describe('shared out in parts', () => {
    it('has a checkpoint for each', async () => {
      await sut.store.write(ofPart(3, 7));
      await sut.store.write(ofPart(11, 5, OTHER));
      expect([await sut.store.checkpoint(3), await sut.store.checkpoint(11), await sut.store.checkpoint()]).toEqual([7, 5, 0]);
    });

    it('takes of each part what its own checkpoint has not seen', async () => {
      await sut.store.write(ofPart(3, 7));
      await sut.store.write(ofPart(11, 5, OTHER));
      await sut.store.write(ofPart(3, 6));
      await sut.store.write(ofPart(11, 6, OTHER));
      expect([await sut.store.count({ ...D1, ...ALL }), await sut.store.count({ ...OTHER, ...ALL })]).toEqual([1, 2]);
    });

    it('writes all of them at once', async () => {
      const devices = Array.from({ length: 16 }, (_, part) => ({ accountId: 'a1', deviceId: `p${part}` }));
      await Promise.all(
        devices.flatMap((device, part) => Array.from({ length: 5 }, (_, n) => sut.store.write(ofPart(part, 16 * (n + 1) + part, device)))),
      );
      for (const [part, device] of devices.entries()) {
        expect(await sut.store.count({ ...device, ...ALL })).toBe(5);
        expect(await sut.store.checkpoint(part)).toBe(80 + part);
      }
    });
  });
}
