/** Commands, appends and answers while nothing goes wrong. */
import { describe, expect, it } from 'vitest';
import { eventIdOf } from '#actors';
import { accepted, until } from '../../support/actors/host-fixture.js';
import { tallyCommand } from '../../support/actors/tally.behaviour.js';
import type { OpenFixture } from './actor-host.contract.js';

export function decidingContract(open: OpenFixture): void {
  describe('when commands arrive', () => {
    it('answers with what was recorded', async () => {
      const { ask } = await open();
      expect(await ask('a', { op: 'add', amount: 2 })).toMatchObject({ ok: true, position: 1, revision: 0, value: { total: 2 } });
      expect(await ask('a', { op: 'add-twice', amount: 3 })).toMatchObject({
        ok: true,
        position: 3,
        revision: 2,
        value: { total: 8, events: 2 },
      });
    });

    it('records who decided what, under an id that a retry would have as well', async () => {
      const { ask, log } = await open();
      await ask('a', { op: 'add-twice', amount: 1 }, { commandId: 'c-1', causationId: 'cause', bodyHash: 'h' });
      const [first, second] = await log.readStream('tally-a', 0, 10);
      expect(first!.metadata).toMatchObject({
        eventId: eventIdOf('tally-a', 'c-1', 0),
        commandId: 'c-1',
        causationId: 'cause',
        bodyHash: 'h',
        part: [0, 2],
        actor: expect.stringMatching(/^tally\/\d+$/) as string,
      });
      expect(second!.metadata).toMatchObject({ eventId: eventIdOf('tally-a', 'c-1', 1), part: [1, 2] });
      expect(first!.metadata.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it('repeats a first answer whose events are so large that each is read by itself', async () => {
      const { ask, log } = await open();
      log.pageBytesMax = 1;
      const tell = () => ask('a', { op: 'add-twice', amount: 3 }, { commandId: 'c-1', bodyHash: 'h' });
      await tell();
      await ask('a', { op: 'add', amount: 1 });
      expect(await tell()).toMatchObject({ repeated: true, position: 2, revision: 1, value: { total: 6, events: 2 } });
    });

    it('puts what arrives during an append into the next one, each decided on what the others did', async () => {
      const { ask, log } = await open();
      await ask('a', { op: 'add', amount: 1 });
      log.appends = [];
      log.hold();
      const first = ask('a', { op: 'add', amount: 1 });
      await until(() => expect(log.holding).toBe(1));
      const rest = [0, 1, 2, 3].map(() => ask('a', { op: 'add-up-to', amount: 1, limit: 4 }));
      log.release();
      expect(accepted(await first).value.total).toBe(2);
      const answers = await Promise.all(rest);
      expect(answers.map((answer) => (answer.ok ? answer.value['total'] : answer.code))).toEqual([
        3,
        4,
        'reading.above-max',
        'reading.above-max',
      ]);
      expect(log.appends.map(({ events }) => events.length)).toEqual([1, 2]);
    });

    it('never has two appends of one stream under way', async () => {
      const { ask, log } = await open();
      log.hold();
      const answers = Array.from({ length: 20 }, () => ask('a', { op: 'add', amount: 1 }));
      const others = ['b', 'c', 'd'].map((entity) => ask(entity, { op: 'add', amount: 1 }));
      await until(() => expect(log.holding).toBe(4));
      log.release();
      await Promise.all([...answers, ...others]);
      const ofA = log.appends.filter(({ stream }) => stream === 'tally-a');
      expect(ofA.map(({ expectedRevision }) => expectedRevision)).toEqual(
        ofA.map((_, i) => ofA.slice(0, i).reduce((n, { events }) => n + events.length, -1)),
      );
    });

    it('accepts what changes nothing, with the position it stands at', async () => {
      const { ask } = await open();
      await ask('a', { op: 'add', amount: 7 });
      expect(await ask('a', { op: 'look' })).toMatchObject({ ok: true, position: 1, revision: 0, value: { total: 7, events: 0 } });
    });

    it('refuses what cannot be read, and stores nothing', async () => {
      const { ask, log } = await open();
      expect(await ask('a', { op: 'add', amount: 1 }, { body: Buffer.from('unreadable') })).toMatchObject({
        ok: false,
        code: 'request.bad-json',
      });
      expect(await log.head()).toBe(0);
    });

    it('hands each command its own body', async () => {
      const { host } = await open();
      const bodies = ['fine', 'unreadable', '', 'fine as well', 'unreadable'];
      const answers = await Promise.all(
        host.dispatch(bodies.map((body, i) => tallyCommand(`body-${i}`, { op: 'add', amount: 1 }, { body: Buffer.from(body) }))),
      );
      expect(answers.map((answer) => answer.ok)).toEqual([true, false, true, true, false]);
    });

    it('gives the first answer again to a command it remembers, to twenty at once too', async () => {
      const { ask, log } = await open();
      const again = () => ask('a', { op: 'add-twice', amount: 5 }, { commandId: 'same', bodyHash: 'h' });
      const answers = await Promise.all(Array.from({ length: 20 }, again));
      await ask('a', { op: 'add', amount: 1 });
      answers.push(await again());
      for (const answer of answers)
        expect(answer).toMatchObject({ ok: true, position: 2, revision: 1, value: { total: 10, revision: 0, events: 2 } });
      expect(answers.filter((answer) => answer.ok && answer.repeated)).toHaveLength(20);
      expect(await log.head()).toBe(3);
    });

    it('recognises in the log a command that is handed over again, though its entity does not remember it', async () => {
      const { ask, log } = await open();
      const envelope = { commandId: 'same', receivedAt: Date.now() };
      const first = await ask('a', { op: 'add-twice', amount: 5 }, envelope);
      await ask('a', { op: 'add', amount: 1 });
      expect(await ask('a', { op: 'add-twice', amount: 5 }, { ...envelope, redelivered: true })).toEqual(first);
      expect(await log.head()).toBe(3);
    });

    it('decides a command once that is handed over again while it is still being decided', async () => {
      const { ask, log } = await open();
      await ask('a', { op: 'add', amount: 1 });
      log.hold();
      const before = ask('a', { op: 'add', amount: 1 });
      await until(() => expect(log.holding).toBe(1));
      const envelope = { commandId: 'same', receivedAt: Date.now() };
      const twins = [{}, { redelivered: true as const }, {}].map((more) => ask('a', { op: 'add', amount: 5 }, { ...envelope, ...more }));
      const after = ask('a', { op: 'add', amount: 1 });
      log.release();
      const [first, second, third] = (await Promise.all(twins)).map(accepted);
      expect(first!.value.total).toBe(7);
      expect([second, third]).toEqual([first, first]);
      await Promise.all([before, after]);
      expect(accepted(await ask('a', { op: 'look' })).value.total).toBe(8);
    });

    it('decides as new what is handed over again and had not been decided', async () => {
      const { ask } = await open();
      await ask('a', { op: 'add', amount: 1 });
      expect(await ask('a', { op: 'add', amount: 5 }, { redelivered: true })).toMatchObject({ ok: true, value: { total: 6 } });
      expect(await ask('b', { op: 'add', amount: 5 }, { redelivered: true })).toMatchObject({ ok: true, value: { total: 5 } });
    });

    it('answers a command for nobody with a defect', async () => {
      const { host } = await open();
      const [answer] = host.dispatch([tallyCommand('a', { op: 'look' }, { stream: 'nobody-1' })]);
      expect(await answer).toMatchObject({ ok: false, code: 'defect' });
    });
  });

  describe('when more arrives than it can take', () => {
    it('refuses what a full mailbox cannot hold, with a time to wait', async () => {
      const { ask, log } = await open({ limits: { mailboxCommandsMax: 5 } });
      log.hold();
      const answers = Array.from({ length: 8 }, () => ask('a', { op: 'add', amount: 1 }));
      const other = ask('b', { op: 'add', amount: 1 });
      const refused = await Promise.all(answers.slice(5));
      for (const answer of refused) expect(answer).toMatchObject({ ok: false, code: 'limit.mailbox', retryAfterMs: expect.any(Number) });
      log.release();
      expect((await Promise.all(answers.slice(0, 5))).every(({ ok }) => ok)).toBe(true);
      expect((await other).ok).toBe(true);
      expect(accepted(await ask('a', { op: 'look' })).value.total).toBe(5);
    });

    it('refuses what does not fit into the bytes in flight, and takes it when they are answered', async () => {
      const { ask, log } = await open({ host: { inFlightBytesMax: 10_000 } });
      log.hold();
      const big = () => ask('a', { op: 'add', amount: 1 }, { body: Buffer.alloc(6_000, 32) });
      const first = big();
      expect(await big()).toMatchObject({ ok: false, code: 'overload.queue-full', retryAfterMs: expect.any(Number) });
      log.release();
      expect((await first).ok).toBe(true);
      expect((await big()).ok).toBe(true);
    });

    it('splits a full mailbox into several appends', async () => {
      const { ask, log } = await open({ limits: { appendCommandsMax: 4, appendBytesMax: 1_000 } });
      await Promise.all(Array.from({ length: 10 }, () => ask('a', { op: 'add', amount: 1 })));
      expect(Math.max(...log.appends.map(({ events }) => events.length))).toBeLessThanOrEqual(4);
      log.appends = [];
      const body = Buffer.alloc(700, 32);
      await Promise.all(Array.from({ length: 3 }, () => ask('b', { op: 'add', amount: 1 }, { body })));
      expect(log.appends.map(({ events }) => events.length)).toEqual([1, 1, 1]);
    });
  });
}
