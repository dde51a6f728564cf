/** What every work queue does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '#contracts';
import type { WorkQueue } from '#ports';

/** Queues over the same work, as several processes have them. */
export interface WorkPlace {
  open(): Promise<WorkQueue>;
  close(): Promise<void>;
}

const ids = (items: JsonObject[]): unknown[] => items.map(({ id }) => id).sort();
const within = { timeout: 10_000, interval: 10 };

export function workQueueContract(name: string, openPlace: () => Promise<WorkPlace>): void {
  describe(`the work queue ${name}`, () => {
    let place: WorkPlace;
    const opened: WorkQueue[] = [];
    const open = async (): Promise<WorkQueue> => {
      const queue = await place.open();
      opened.push(queue);
      return queue;
    };
    beforeEach(async () => (place = await openPlace()));
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((queue) => queue.close()));
      await place.close();
    });
    const sendAll = async (queue: WorkQueue, count: number): Promise<void> => {
      for (let id = 0; id < count; id++) await queue.send({ id, text: 'ä "x"', deep: { list: [1, null] } });
    };

    it('hands over what was sent, as it was, also what was sent before anyone took it', async () => {
      const [sender, consumer] = [await open(), await open()];
      await sendAll(sender, 3);
      const got: JsonObject[] = [];
      await consumer.consume(2, async (item) => void got.push(item));
      await sender.send({ id: 3 });
      await vi.waitFor(() => expect(ids(got)).toEqual([0, 1, 2, 3]), within);
      expect(got[0]).toEqual({ id: 0, text: 'ä "x"', deep: { list: [1, null] } });
    });

    it('has no more items in one hand than it was asked for', async () => {
      const [sender, consumer] = [await open(), await open()];
      const release: (() => void)[] = [];
      await consumer.consume(2, () => new Promise((resolve) => release.push(resolve)));
      await sendAll(sender, 5);
      await vi.waitFor(() => expect(release.length).toBe(2), within);
      await sleep(200);
      expect(release.length).toBe(2);
      release[0]!();
      await vi.waitFor(() => expect(release.length).toBe(3), within);
      for (let i = 1; i < 5; i++) {
        await vi.waitFor(() => expect(release.length).toBeGreaterThan(i), within);
        release[i]!();
      }
    });

    it('gives each item to one of several consumers', async () => {
      const [sender, one, other] = [await open(), await open(), await open()];
      const got: [JsonObject[], JsonObject[]] = [[], []];
      const both = Promise.all(
        [one, other].map((queue, i) =>
          queue.consume(1, async (item) => {
            got[i]!.push(item);
            await sleep(5);
          }),
        ),
      );
      await both;
      await sendAll(sender, 20);
      await vi.waitFor(() => expect(got.flat()).toHaveLength(20), within);
      expect(new Set(ids(got.flat())).size).toBe(20);
      for (const items of got) expect(items.length).toBeGreaterThan(0);
    });

    it('hands an item over again where its handler failed', async () => {
      const [sender, consumer] = [await open(), await open()];
      let tries = 0;
      await consumer.consume(1, async () => {
        if (++tries < 3) throw new Error('not now');
      });
      await sender.send({ id: 1 });
      await vi.waitFor(() => expect(tries).toBe(3), within);
      await sleep(300);
      expect(tries).toBe(3);
    });

    it('hands what a consumer had in hand to another when that one closes', async () => {
      const [sender, one, other] = [await open(), await open(), await open()];
      let held = 0;
      await one.consume(2, () => (held++, new Promise(() => undefined)));
      await sendAll(sender, 2);
      await vi.waitFor(() => expect(held).toBe(2), within);
      const got: JsonObject[] = [];
      await other.consume(2, async (item) => void got.push(item));
      await one.close();
      await vi.waitFor(() => expect(ids(got)).toEqual([0, 1]), within);
    });

    it('takes nothing once it is closed', async () => {
      const sender = await open();
      await sender.close();
      await expect(sender.send({ id: 1 })).rejects.toThrow();
    });
  });
}
