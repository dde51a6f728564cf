/** How entities come into memory and leave it. */
import { describe, expect, it } from 'vitest';
import { FaultyLog } from '../../support/actors/faulty-log.js';
import { accepted, until } from '../../support/actors/host-fixture.js';
import type { OpenFixture } from './actor-host.contract.js';

export function livingContract(open: OpenFixture): void {
  describe('when entities come and go', () => {
    it('keeps no entity without a history', async () => {
      const { ask, stat } = await open();
      await ask('nobody', { op: 'look' });
      await until(() => expect(stat('entities')).toBe(0));
    });

    it('lets an idle entity go with a snapshot, and finds it again as it was', async () => {
      const { ask, stat, log } = await open({ limits: { idleMs: 40 } });
      for (let i = 0; i < 3; i++) await ask('a', { op: 'add', amount: 1 }, { commandId: `r${i}`, bodyHash: 'h' });
      await until(() => expect(stat('entities')).toBe(0));
      await until(() => expect(stat('snapshots')).toBe(1));
      log.reads = 0;
      expect(await ask('a', { op: 'look' })).toMatchObject({ ok: true, position: 3, revision: 2, value: { total: 3 } });
      expect(await ask('a', { op: 'add', amount: 1 }, { commandId: 'r1', bodyHash: 'h' })).toMatchObject({ repeated: true, position: 2 });
    });

    it('keeps no more entities than its budget, the latest used ones', async () => {
      const { ask, stat } = await open({ limits: { entitiesMax: 10 }, workers: 1 });
      for (let i = 0; i < 30; i++) {
        await ask(`e${i}`, { op: 'add', amount: i });
        await ask('favourite', { op: 'add', amount: 1 });
      }
      expect(stat('entities')).toBeLessThanOrEqual(10);
      const loads = stat('loads');
      expect(accepted(await ask('favourite', { op: 'look' })).value.total).toBe(30);
      expect(accepted(await ask('e29', { op: 'look' })).value.total).toBe(29);
      expect(stat('loads')).toBe(loads);
      expect(accepted(await ask('e3', { op: 'look' })).value.total).toBe(3);
      expect(stat('loads')).toBe(loads + 1);
    });

    it('comes back to its budget by itself after more entities than that were busy at once', async () => {
      const { ask, stat } = await open({ limits: { entitiesMax: 10, snapshotsMax: 4 }, workers: 1 });
      const ids = Array.from({ length: 200 }, (_, i) => `e${i}`);
      const tell = (op: 'add' | 'look') => Promise.all(ids.map((id) => ask(id, op === 'add' ? { op, amount: 7 } : { op })));
      await tell('add');
      await until(() => expect(stat('entities')).toBe(10));
      expect((await tell('look')).map((answer) => accepted(answer).value.total)).toEqual(ids.map(() => 7));
      await until(() => expect(stat('entities')).toBe(10));
    });

    it('writes a snapshot every so many events', async () => {
      const { ask, stat, log } = await open({ limits: { snapshotEveryEvents: 10 } });
      for (let i = 0; i < 25; i++) await ask('a', { op: 'add', amount: 1 });
      await until(() => expect(stat('snapshots')).toBe(2));
      expect((await log.loadSnapshot('tally-a'))!.revision).toBe(19);
    });

    it.each([
      ['of so many events', { pageEvents: 10 }, Infinity],
      ['that are short because their events are large', {}, 1],
    ])('reads the snapshot and the tail, in pages %s', async (_, limits, pageBytesMax) => {
      const log = new FaultyLog();
      log.pageBytesMax = pageBytesMax;
      const before = await open({ log });
      for (let i = 0; i < 5; i++) await before.ask('a', { op: 'add', amount: 1 });
      await before.host.close();
      for (let i = 0; i < 23; i++) await log.intrude('tally-a', 1);
      const after = await open({ log, limits });
      expect(await after.ask('a', { op: 'look' })).toMatchObject({ ok: true, revision: 27, position: 28, value: { total: 28 } });
    });

    it.each([
      ['of another version', { snapshotVersion: 99 }],
      ['that is no JSON', { state: '{' }],
      ['ahead of the log', { revision: 50 }],
      ['of another history', { state: JSON.stringify({ position: 77, recordedAt: 1, state: { total: 1_000, seen: {} } }) }],
    ])('does not trust a snapshot %s', async (_, change) => {
      const log = new FaultyLog();
      const before = await open({ log });
      for (let i = 0; i < 5; i++) await before.ask('a', { op: 'add', amount: 1 });
      await before.host.close();
      await log.saveSnapshot({ ...(await log.loadSnapshot('tally-a'))!, ...change });
      const after = await open({ log });
      expect(await after.ask('a', { op: 'add', amount: 1 })).toMatchObject({ ok: true, revision: 5, value: { total: 6 } });
    });

    it('goes on where a snapshot cannot be written', async () => {
      const { ask, stat, log } = await open({ limits: { snapshotEveryEvents: 2 } });
      log.snapshotsFail = true;
      for (let i = 0; i < 6; i++) expect((await ask('a', { op: 'add', amount: 1 })).ok).toBe(true);
      await until(() => expect(stat('snapshotFailures')).toBeGreaterThan(0));
    });

    it('loads at most so many entities at once', async () => {
      const { ask, log } = await open({ limits: { loadsMax: 4 }, workers: 1 });
      log.hold();
      const answers = Array.from({ length: 20 }, (_, i) => ask(`e${i}`, { op: 'add', amount: 1 }));
      await until(() => expect(log.holding).toBe(4));
      log.release();
      expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
      expect(log.readsAtOnceMax).toBe(4);
    });
  });
}
