/** The part of the contract on snapshots. */
import { describe, expect, it } from 'vitest';
import { appended, everything } from '../../support/event-log/events.js';
import type { LogUnderTest } from './event-log-contract.js';

export function snapshots(sut: LogUnderTest): void {
  describe('snapshot', () => {
    it('is missing until it is saved', async () => {
      expect(await sut.log.loadSnapshot('device-a.1')).toBeUndefined();
    });

    it('comes back as it was saved, of whatever version', async () => {
      const state = JSON.stringify({ text: 'ä💧\u0000"\ud800', big: 'x'.repeat(1_000_000) });
      const snapshot = { stream: 'device-a.1', revision: 41, snapshotVersion: 99, state };
      await appended(sut.log, 'device-a.1', -1, 'a');
      await sut.log.saveSnapshot(snapshot);

      expect(await sut.log.loadSnapshot('device-a.1')).toEqual(snapshot);
      expect(await sut.log.loadSnapshot('device-a.2')).toBeUndefined();
    });

    it('replaces the one before', async () => {
      for (const revision of [1, 2, 3])
        await sut.log.saveSnapshot({ stream: 'device-a.1', revision, snapshotVersion: 1, state: `s${revision}` });

      expect(await sut.log.loadSnapshot('device-a.1')).toEqual({ stream: 'device-a.1', revision: 3, snapshotVersion: 1, state: 's3' });
    });

    it('is no event, and leaves its stream as it was', async () => {
      await sut.log.saveSnapshot({ stream: 'device-a.1', revision: 5, snapshotVersion: 1, state: '{}' });

      expect(await sut.log.head()).toBe(0);
      expect(await sut.log.readStream('device-a.1', 0, 10)).toEqual([]);
      expect(await appended(sut.log, 'device-a.1', -1, 'first')).toMatchObject({ revision: 0 });
      expect(await everything(sut.log)).toHaveLength(1);
    });
  });
}
