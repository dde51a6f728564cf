/** What goes wrong at the log or in an entity, and what becomes of the commands. */
import { describe, expect, it } from 'vitest';
import { accepted, until } from '../../support/actors/host-fixture.js';
import type { FaultyLog } from '../../support/actors/faulty-log.js';
import type { OpenFixture } from './actor-host.contract.js';

export function failingContract(open: OpenFixture): void {
  describe('when it cannot tell whether an append was written', () => {
    it.each([
      ['lost-before', Infinity],
      ['lost-after', Infinity],
      // Pages are short because their events are large.
      ['lost-after', 1],
    ] as const)('stores the commands once: %s, read up to %d bytes at once', async (fault, pageBytesMax) => {
      const { ask, log, stat } = await open();
      log.pageBytesMax = pageBytesMax;
      await ask('a', { op: 'add', amount: 1 });
      log.faults.push(fault, 'lost-after');
      const answers = await Promise.all([ask('a', { op: 'add-twice', amount: 10 }), ask('a', { op: 'add', amount: 100 })]);
      expect(answers.map((answer) => accepted(answer).value.total)).toEqual([21, 121]);
      expect(answers.map((answer) => accepted(answer).position)).toEqual([3, 4]);
      expect(await log.head()).toBe(4);
      expect(stat('unknownOutcomes')).toBeGreaterThan(0);
    });

    it('gives up after so many tries, and goes on with the next command', async () => {
      const { ask, log } = await open({ limits: { appendTries: 3 } });
      log.faults.push('lost-before', 'lost-before', 'lost-before');
      expect(await ask('a', { op: 'add', amount: 1 })).toMatchObject({
        ok: false,
        code: 'overload.timeout',
        retryAfterMs: expect.any(Number),
      });
      expect(accepted(await ask('a', { op: 'add', amount: 2 })).value.total).toBe(2);
    });
  });

  describe('when the log has no room left', () => {
    it('says so at once, and goes on when there is room again', async () => {
      const { ask, log, stat } = await open();
      await ask('a', { op: 'add', amount: 1 });
      log.faults.push('full');
      expect(await ask('a', { op: 'add', amount: 2 })).toMatchObject({
        ok: false,
        code: 'overload.disk-full',
        message: 'no room left',
        retryAfterMs: expect.any(Number),
      });
      expect(accepted(await ask('a', { op: 'add', amount: 3 })).value.total).toBe(4);
      expect(stat('unknownOutcomes')).toBe(0);
    });
  });

  describe('when an append is more than the log takes', () => {
    it('appends one by one what was too large together', async () => {
      const { ask, log, stat } = await open();
      log.eventsMax = 1;
      const answers = await Promise.all([1, 2, 3].map((amount) => ask('a', { op: 'add', amount })));
      expect(answers.map((answer) => accepted(answer).value.total)).toEqual([1, 3, 6]);
      expect(stat('unknownOutcomes')).toBe(0);
    });

    it('refuses at once what is too large alone, and goes on with the next command', async () => {
      const { ask, log } = await open();
      log.eventsMax = 1;
      const answers = await Promise.all([ask('a', { op: 'add-twice', amount: 10 }), ask('a', { op: 'add', amount: 1 })]);
      expect(answers[0]).toMatchObject({ ok: false, code: 'request.too-large', message: expect.stringContaining('more than 1') });
      expect(accepted(answers[1]).value.total).toBe(1);
      expect(await log.head()).toBe(1);
    });
  });

  describe('when someone else wrote to the stream', () => {
    it('reads what it missed and decides again', async () => {
      const { ask, log, stat } = await open();
      await ask('a', { op: 'add', amount: 1 });
      log.faults.push('intruder');
      const answers = await Promise.all([ask('a', { op: 'add', amount: 1 }), ask('a', { op: 'add-up-to', amount: 1, limit: 50 })]);
      expect(accepted(answers[0]).value.total).toBe(102);
      expect(answers[1]).toMatchObject({ ok: false, code: 'reading.above-max' });
      expect(stat('conflicts')).toBe(1);
    });

    it('stores once what two owners of an entity decide at the same time', async () => {
      const one = await open();
      const other = await open({ log: one.log });
      await one.ask('a', { op: 'add', amount: 1 });
      one.log.hold();
      const envelope = { commandId: 'same', receivedAt: Date.now() };
      // The former owner, to whom it was no redelivery, comes second.
      const answers = [other.ask('a', { op: 'add', amount: 5 }, { ...envelope, redelivered: true })];
      await appendsHeld(one.log, 2);
      answers.push(one.ask('a', { op: 'add', amount: 5 }, envelope));
      await appendsHeld(one.log, 3);
      one.log.release();
      const [first, second] = (await Promise.all(answers)).map(accepted);
      expect(second).toEqual(first);
      expect(await one.log.head()).toBe(2);
    });

    it('decides again a bounded number of times', async () => {
      const { ask, log, stat } = await open({ limits: { appendTries: 3 } });
      log.faults.push('intruder', 'intruder', 'intruder');
      expect(await ask('a', { op: 'add', amount: 1 })).toMatchObject({ ok: false, code: 'overload.timeout' });
      expect(stat('conflicts')).toBe(3);
    });
  });

  describe('when an entity throws', () => {
    it('parks the command after so many tries, and disturbs nobody else', async () => {
      const { ask, parked, stat } = await open({ limits: { parkAfterTries: 3 } });
      await ask('a', { op: 'add', amount: 1 });
      const [before, poison, after, other] = await Promise.all([
        ask('a', { op: 'add', amount: 1 }),
        ask('a', { op: 'throw' }, { commandId: 'poison', body: Buffer.from('kept') }),
        ask('a', { op: 'add', amount: 1 }),
        ask('b', { op: 'add', amount: 1 }),
      ]);
      expect(accepted(before).value.total).toBe(2);
      expect(poison).toMatchObject({ ok: false, code: 'command.parked' });
      expect(accepted(after).value.total).toBe(3);
      expect(accepted(other).value.total).toBe(1);
      expect(parked).toHaveLength(1);
      expect(parked[0]).toMatchObject({
        tries: 3,
        envelope: { commandId: 'poison', stream: 'tally-a' },
        error: { message: 'a bug in the entity' },
      });
      expect(Buffer.from(parked[0]!.envelope.body!).toString()).toBe('kept');
      await until(() => expect(stat('parked')).toBe(1));
    });

    it('answers a defect where the history cannot be folded, and blames no command for it', async () => {
      const { ask, parked, host } = await open({ limits: { idleMs: 20 } });
      await ask('a', { op: 'poison-history' });
      await until(() => expect(host.stats().reduce((n, shard) => n + shard.entities, 0)).toBe(0));
      // The snapshot still bears it; without it nothing can.
      expect(accepted(await ask('a', { op: 'add', amount: 1 })).value.total).toBe(1);
      expect(parked).toHaveLength(0);
    });
  });

  describe('when a history cannot be folded', () => {
    it('answers each of its commands with a defect, and disturbs nobody else', async () => {
      const { ask, parked, log, stat } = await open({ limits: { idleMs: 20 } });
      log.snapshotsFail = true;
      await ask('a', { op: 'poison-history' });
      await until(() => expect(stat('entities')).toBe(0));
      const [first, second, other] = await Promise.all([
        ask('a', { op: 'add', amount: 1 }),
        ask('a', { op: 'look' }),
        ask('b', { op: 'add', amount: 1 }),
      ]);
      expect(first).toMatchObject({ ok: false, code: 'defect' });
      expect(second).toMatchObject({ ok: false, code: 'defect' });
      expect(accepted(other).value.total).toBe(1);
      expect(parked).toHaveLength(0);
    });
  });
}

/** Reads go through meanwhile. */
const appendsHeld = (log: FaultyLog, count: number): Promise<void> =>
  until(() => {
    log.releaseExcept('tally-a');
    expect(log.appends).toHaveLength(count);
  });
