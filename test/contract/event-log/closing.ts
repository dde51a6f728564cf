/** The part of the contract on closing and opening again. */
import { describe, expect, it } from 'vitest';
import { append, appended, Collector, dataOf, everything, newEvent } from '../../support/event-log/events.js';
import type { Capabilities, LogUnderTest } from './event-log-contract.js';

export function closing(sut: LogUnderTest, { durable }: Capabilities): void {
  describe('close', () => {
    it('finishes the appends under way', async () => {
      const written = Array.from({ length: 50 }, (_, n) => append(sut.log, `device-a.${n}`, -1, n));
      const closed = sut.log.close();

      expect((await Promise.all(written)).every(({ ok }) => ok)).toBe(true);
      await closed;
    });

    it('refuses what comes later', async () => {
      await sut.log.close();

      const refused = { name: 'LogClosedError' };
      await expect(sut.log.append({ stream: 'device-a.1', expectedRevision: -1, events: [newEvent(1)] })).rejects.toMatchObject(refused);
      await expect(sut.log.readAll(0, 1)).rejects.toMatchObject(refused);
      await expect(sut.log.readStream('device-a.1', 0, 1)).rejects.toMatchObject(refused);
      await expect(sut.log.head()).rejects.toMatchObject(refused);
      await expect(sut.log.loadSnapshot('device-a.1')).rejects.toMatchObject(refused);
      await expect(sut.log.saveSnapshot({ stream: 'device-a.1', revision: 0, snapshotVersion: 1, state: '' })).rejects.toMatchObject(
        refused,
      );
      await sut.log.close();
    });

    it('ends its scans', async () => {
      await appended(sut.log, 'device-a.1', -1, 1, 2);
      const scan = sut.log.scan();
      const reading = scan.readAll(0, 1);
      await sut.log.close();

      await expect(scan.readAll(0, 1)).rejects.toMatchObject({ name: 'LogClosedError' });
      await reading.catch((error: unknown) => expect(error).toMatchObject({ name: 'LogClosedError' }));
      await scan.close();
    });

    it('ends its followers', async () => {
      const collector = new Collector(sut.log, 0);
      await appended(sut.log, 'device-a.1', -1, 1);
      await collector.count(1);
      await sut.log.close();

      await expect(collector.follower.done).resolves.toBeUndefined();
    });
  });

  describe('open again', () => {
    if (!durable) {
      it('has forgotten everything, as it declares', async () => {
        await appended(sut.log, 'device-a.1', -1, 'a');
        const log = await sut.reopen();
        expect(await log.head()).toBe(0);
      });
      return;
    }

    it('continues where it ended', async () => {
      const before = await appended(sut.log, 'device-a.1', -1, 'a', 'b');
      await sut.log.saveSnapshot({ stream: 'device-a.1', revision: 1, snapshotVersion: 1, state: 'ab' });
      const log = await sut.reopen();

      expect(await log.head()).toBe(before.lastPosition);
      expect(await append(log, 'device-a.1', -1, 'x')).toEqual({ ok: false, conflict: true, actualRevision: 1 });
      expect((await appended(log, 'device-a.1', 1, 'c')).position).toBeGreaterThan(before.lastPosition);
      expect(dataOf(await everything(log))).toEqual(['a', 'b', 'c']);
      expect(await log.loadSnapshot('device-a.1')).toMatchObject({ revision: 1, state: 'ab' });
    });

    it('follows over what was written before', async () => {
      await appended(sut.log, 'device-a.1', -1, 'a');
      const log = await sut.reopen();
      const collector = new Collector(log, 0);
      await appended(log, 'device-a.1', 0, 'b');

      expect(dataOf(await collector.count(2))).toEqual(['a', 'b']);
    });
  });
}
