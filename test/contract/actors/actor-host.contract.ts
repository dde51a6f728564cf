/** What every host of actors does, whatever thread its entities live on. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ActorHost } from '#actors';
import type { HostFixture, HostSetup } from '../../support/actors/host-fixture.js';
import { decidingContract } from './deciding.js';
import { failingContract } from './failing.js';
import { livingContract } from './living.js';
import { stormContract } from './storm.js';

export type OpenFixture = (setup?: HostSetup) => Promise<HostFixture>;

export function actorHostContract(name: string, openFixture: OpenFixture): void {
  describe(name, () => {
    const hosts: ActorHost[] = [];
    const open: OpenFixture = async (setup) => {
      const opened = await openFixture(setup);
      hosts.push(opened.host);
      return opened;
    };
    afterEach(async () => {
      await Promise.all(hosts.splice(0).map((host) => host.close()));
    });

    decidingContract(open);
    livingContract(open);
    failingContract(open);
    stormContract(open);

    describe('when it is closed', () => {
      it('finishes what it took, refuses what is new, and leaves snapshots', async () => {
        const { host, log, ask } = await open();
        await ask('a', { op: 'add', amount: 1 });
        log.hold();
        const taken = ask('a', { op: 'add', amount: 2 });
        await expect.poll(() => log.holding).toBe(1);
        const closed = host.close();
        const refused = await ask('a', { op: 'add', amount: 4 });
        expect(refused).toMatchObject({ ok: false, code: 'overload.stopping', retryAfterMs: expect.any(Number) });
        log.release();
        expect(await taken).toMatchObject({ ok: true, value: { total: 3 } });
        await closed;
        expect(await log.loadSnapshot('tally-a')).toMatchObject({ revision: 1 });
      });
    });
  });
}
