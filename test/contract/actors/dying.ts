/** A shard's thread dies: what it had taken is neither lost nor stored twice, and who is innocent is not blamed. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ActorHost } from '#actors';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { accepted, expectStoredOnce, until, type onThreads } from '../../support/actors/host-fixture.js';
import { tallyCommand } from '../../support/actors/tally.behaviour.js';

export function dyingContract(openFixture: typeof onThreads): void {
  describe('worker-thread host, when a thread dies', () => {
    const hosts: ActorHost[] = [];
    const open: typeof onThreads = async (setup) => {
      const opened = await openFixture(setup);
      hosts.push(opened.host);
      return opened;
    };
    afterEach(async () => {
      await Promise.all(hosts.splice(0).map((host) => host.close()));
    });

    it('is back within a second', async () => {
      const { host, ask, stat } = await open({ workers: 1 });
      await ask('a', { op: 'add', amount: 1 });
      const killedAt = performance.now();
      await host.kill(0);
      expect(accepted(await ask('a', { op: 'add', amount: 1 })).value.total).toBe(2);
      expect(performance.now() - killedAt).toBeLessThan(1_000);
      expect(stat('restarts')).toBe(1);
    });

    it('stores once what was written just before, though nobody remembers the command', async () => {
      const { host, ask, log } = await open({ workers: 1 });
      await ask('a', { op: 'add', amount: 1 });
      log.holdAnswers();
      const taken = [ask('a', { op: 'add-twice', amount: 10 }), ask('b', { op: 'add', amount: 5 })];
      await until(() => expect(log.holding).toBe(2));
      log.forgetAnswers();
      await host.kill(0);
      const [first, second] = await Promise.all(taken);
      expect(first).toMatchObject({ ok: true, position: 3, value: { total: 21 } });
      expect(accepted(second!).value.total).toBe(5);
      expect(await log.head()).toBe(4);
    });

    it('recognises an append that lands after the thread is gone', async () => {
      const { host, ask, log } = await open({ workers: 1 });
      await ask('a', { op: 'add', amount: 1 });
      log.hold();
      const taken = ask('a', { op: 'add', amount: 10 });
      await until(() => expect(log.holding).toBe(1));
      await host.kill(0);
      // The new thread asks for the stream while the old one's append has not landed yet.
      await until(() => expect(log.holding).toBe(2));
      log.release();
      expect(accepted(await taken).value.total).toBe(11);
      expect(await log.head()).toBe(2);
    });

    it.each(['exit', 'throw-later'] as const)('parks the command that kills it (%s), and answers the innocent', async (op) => {
      const { host, parked, log } = await open({ workers: 1, limits: { parkAfterTries: 3 } });
      const envelopes = Array.from({ length: 40 }, (_, i) => tallyCommand(`e${i % 7}`, { op: 'add', amount: 1 }));
      const poison = tallyCommand('e3', { op }, { commandId: `poison-${op}` });
      envelopes.splice(20, 0, poison);
      const answers = await Promise.all(host.dispatch(envelopes));
      const told = envelopes.map((envelope, i) => ({ envelope, answer: answers[i]! }));
      for (const { envelope, answer } of told)
        expect(answer.ok, `${envelope.stream} ${JSON.stringify(answer)}`).toBe(envelope !== poison || (answer.ok && op === 'throw-later'));
      await expectStoredOnce(log, told);
      if (op === 'exit') {
        expect(answers[20]).toMatchObject({ ok: false, code: 'command.parked' });
        expect(parked.map(({ envelope, tries }) => [envelope.commandId, tries])).toEqual([['poison-exit', 3]]);
      }
    });

    it('parks a command that kills it before anything is recorded, though nobody sees it do so', async () => {
      const { host, parked, log } = await open({ workers: 1, limits: { parkAfterTries: 2 } });
      log.hold();
      const poison = tallyCommand('bad', { op: 'throw-later' }, { commandId: 'late' });
      const innocent = Array.from({ length: 10 }, (_, i) => tallyCommand(`e${i}`, { op: 'add', amount: 1 }));
      const answers = host.dispatch([...innocent.slice(0, 5), poison, ...innocent.slice(5)]);
      const poisoned = answers.splice(5, 1)[0]!;
      const release = setInterval(() => {
        // Reads go on; appends of the bad entity never come back before its thread is dead.
        log.releaseExcept('tally-bad');
      }, 1);
      try {
        expect(await poisoned).toMatchObject({ ok: false, code: 'command.parked' });
        expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
      } finally {
        clearInterval(release);
      }
      expect(parked.map(({ envelope }) => envelope.commandId)).toEqual(['late']);
    });

    it('ends a thread that hangs, and parks what it hung on', async () => {
      const { ask, parked } = await open({ workers: 1, limits: { parkAfterTries: 2 }, host: { decideMsMax: 100 } });
      const [poison, innocent] = await Promise.all([
        ask('a', { op: 'hang' }, { commandId: 'endless' }),
        ask('b', { op: 'add', amount: 1 }),
      ]);
      expect(poison).toMatchObject({ ok: false, code: 'command.parked' });
      expect(innocent.ok).toBe(true);
      expect(parked[0]).toMatchObject({ tries: 2, envelope: { commandId: 'endless' } });
    });

    it('loses nothing and stores nothing twice, killed again and again under load', async () => {
      const { host, log, parked } = await open({ workers: 2 });
      const told: { envelope: CommandEnvelope; answer: CommandAnswer }[] = [];
      let done = false;
      const clients = Array.from({ length: 16 }, async (_, client) => {
        for (let i = 0; !done; i++) {
          const remembered = i % 3 === 0 ? { bodyHash: 'h' } : {};
          const envelope = tallyCommand(`load${(client + i) % 9}`, { op: i % 2 ? 'add' : 'add-twice', amount: 1 }, remembered);
          told.push({ envelope, answer: await host.dispatch([envelope])[0]! });
        }
      });
      for (let kill = 0; kill < 20; kill++) {
        const enough = told.length + 50;
        await until(() => expect(told.length).toBeGreaterThan(enough));
        await host.kill(kill % 2);
      }
      done = true;
      await Promise.all(clients);
      expect(told.every(({ answer }) => answer.ok)).toBe(true);
      expect(parked).toHaveLength(0);
      await expectStoredOnce(log, told);
    });

    it('rejects at once where the thread cannot start', async () => {
      const { openWorkerThreadHost } = await import('#actors');
      const opening = openWorkerThreadHost({
        workers: 2,
        workerUrl: new URL('./no-such.worker.js', import.meta.url),
        workerData: () => ({ data: undefined }),
        parkingLot: { park: async () => undefined },
      });
      await expect(opening).rejects.toThrow(/no-such/);
    });
  });
}
