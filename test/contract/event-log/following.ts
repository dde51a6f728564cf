/** The part of the contract on followers. */
import { describe, expect, it } from 'vitest';
import { append, appended, Collector, dataOf, Gate, positionsOf } from '../../support/event-log/events.js';
import type { LogUnderTest } from './event-log-contract.js';

export function following(sut: LogUnderTest): void {
  const fill = async (from: number, to: number): Promise<void> => {
    await Promise.all(Array.from({ length: to - from }, (_, n) => append(sut.log, `device-a.${from + n}`, -1, from + n)));
  };

  describe('follow', () => {
    it('catches up, then sees what comes, in order and once', async () => {
      await fill(0, 50);
      const all = new Collector(sut.log, 0, 7);
      await all.count(50);
      await fill(50, 60);
      await fill(60, 61);
      await all.count(61);

      const positions = positionsOf(all.events);
      expect(new Set(dataOf(all.events)).size).toBe(61);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(Math.max(...all.batches)).toBeLessThanOrEqual(7);
      await all.follower.close();
      await expect(all.follower.done).resolves.toBeUndefined();
    });

    it('begins after any position, the head included', async () => {
      await fill(0, 20);
      const positions = positionsOf(await sut.log.readAll(0, 100));
      const middle = new Collector(sut.log, positions[9]!);
      const end = new Collector(sut.log, positions[19]!);

      await middle.count(10);
      const { position } = await appended(sut.log, 'device-b.1', -1, 'new');

      expect(positionsOf(await middle.count(11))).toEqual([...positions.slice(10), position]);
      expect(positionsOf(await end.count(1))).toEqual([position]);
    });

    it('may leave out what is not wanted before the first that is, but neither that nor the last of a batch', async () => {
      await fill(0, 20);
      const asked: string[] = [];
      const given: unknown[] = [];
      let batches = 0;
      const wants = (type: string, stream: string): boolean => {
        asked.push(`${type} ${stream}`);
        return stream === 'device-a.17';
      };
      const until = new Promise<void>((resolve) => {
        const follower = sut.log.follow(0, { batchMax: 15, wants }, async (events) => {
          given.push(...dataOf(events));
          batches += 1;
          if (dataOf(events).includes(19)) resolve();
        });
        void follower.done;
      });
      await until;

      const order = dataOf(await sut.log.readAll(0, 100)) as number[];
      const wanted = order.indexOf(17);
      // What stands in its batch from the one on that is wanted.
      for (const data of order.slice(wanted, Math.ceil((wanted + 1) / 15) * 15)) expect(given).toContain(data);
      expect(given).toContain(order[14]);
      expect(given).toContain(order[19]);
      expect(given.filter((data, n) => given.indexOf(data) !== n)).toEqual([]);
      expect(batches).toBeLessThanOrEqual(3);
      for (const one of asked) expect(one).toMatch(/^\S+ device-a\.\d+$/);
    });

    it('sees every append of a busy log', async () => {
      const collector = new Collector(sut.log, 0, 16);
      for (let round = 0; round < 30; round += 1) await fill(round * 10, round * 10 + 10);

      expect(new Set(dataOf(await collector.count(300))).size).toBe(300);
    });

    it('hands out one batch at a time', async () => {
      let running = 0;
      let most = 0;
      await fill(0, 30);
      const collector = new Collector(sut.log, 0, 5, async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      });
      await collector.count(30);
      expect(most).toBe(1);
    });

    it('keeps a slow follower from slowing a fast one', async () => {
      const gate = new Gate();
      const slow = new Collector(sut.log, 0, 5, gate.pass);
      const fast = new Collector(sut.log, 0, 5);
      await fill(0, 20);
      await gate.reached;
      await fill(20, 40);
      await fast.count(40);
      expect(slow.events).toEqual([]);

      gate.open();
      expect(positionsOf(await slow.count(40))).toEqual(positionsOf(fast.events));
    });

    it('rejects `done` with what the handler threw, and calls it no more', async () => {
      let calls = 0;
      await fill(0, 10);
      const other = new Collector(sut.log, 0);
      const follower = sut.log.follow(0, { batchMax: 3 }, async () => {
        calls += 1;
        throw new Error('handler broke');
      });
      await expect(follower.done).rejects.toThrow('handler broke');
      await fill(10, 20);
      await other.count(20);

      expect(calls).toBe(1);
      await expect(follower.close()).resolves.toBeUndefined();
    });

    it('ends on close only when the handler has ended', async () => {
      const gate = new Gate();
      let handled = false;
      await fill(0, 10);
      const collector = new Collector(sut.log, 0, 5, async () => {
        await gate.pass();
        handled = true;
      });
      await gate.reached;
      const closed = collector.follower.close();
      gate.open();
      await closed;

      expect(handled).toBe(true);
      expect(collector.batches).toEqual([5]);
      await fill(10, 12);
      expect(collector.events).toHaveLength(5);
    });

    it('ends while it waits for events, and can be closed twice', async () => {
      await fill(0, 1);
      const waiting = new Collector(sut.log, 0);
      await waiting.count(1);
      await waiting.follower.close();
      await waiting.follower.close();
      await expect(waiting.follower.done).resolves.toBeUndefined();

      const unborn = new Collector(sut.log, 0);
      await unborn.follower.close();
      expect(unborn.events).toEqual([]);
    });

    it('bears many followers at different places', async () => {
      const followers = Array.from({ length: 20 }, (_, n) => new Collector(sut.log, 0, n + 1));
      await fill(0, 100);
      for (const follower of followers) expect(positionsOf(await follower.count(100))).toEqual(positionsOf(followers[0]!.events));
    });
  });
}
