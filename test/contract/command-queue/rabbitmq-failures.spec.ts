/** The queue on RabbitMQ when consumers, connections and the broker itself go and come. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRabbitMqCommandQueue, type RabbitMqCommandQueue } from '#adapters/rabbitmq';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { CommandHandler, ParkedByQueue } from '#ports';
import { startConsumingProcess, type ConsumingProcess, type Got } from '../../support/command-queue/consuming-process.js';
import { rabbitmqIsHere, startRabbitMq, type RabbitMq } from '../../support/servers/rabbitmq.js';
import { ACCEPTED, command, FakeConsumer } from './command-queue.contract.js';
import type { Config } from './rabbitmq-pair.js';

const PARTITIONS = 16;

/** Decides at once, and remembers in which order. */
class Decider {
  readonly got: CommandEnvelope[] = [];
  readonly handler: CommandHandler = (batch) =>
    batch.map((envelope) => {
      this.got.push(envelope);
      return Promise.resolve({ ...ACCEPTED, value: { commandId: envelope.commandId } });
    });
  get ids(): string[] {
    return this.got.map(({ commandId }) => commandId);
  }
}

const soon = { timeout: 20_000, interval: 10 };
const ofStream = (i: number) => ({ stream: `device-a1.d${i}` });
const many = (count: number) => Array.from({ length: count }, (_, i) => command(`c${i}`, ofStream(i % 50)));

describe.skipIf(!rabbitmqIsHere)('the RabbitMQ command queue', () => {
  let broker: RabbitMq;
  let config: Config;
  const closing: (() => Promise<unknown>)[] = [];
  const open = async (role: 'sender' | 'consumer', more: Partial<Config> = {}): Promise<RabbitMqCommandQueue> => {
    const queue = await openRabbitMqCommandQueue({ ...config, ...more, role });
    closing.push(() => queue.close());
    return queue;
  };
  const consumer = async (handler: CommandHandler, more?: Partial<Config>): Promise<RabbitMqCommandQueue> => {
    const queue = await open('consumer', more);
    await queue.consume(handler);
    return queue;
  };
  const consumerProcess = async (behaviour: 'answers' | 'silent', onGot?: (got: Got) => void): Promise<ConsumingProcess> => {
    const child = await startConsumingProcess({ ...config, behaviour }, onGot);
    closing.push(() => child.kill());
    return child;
  };
  beforeAll(async () => {
    broker = await startRabbitMq({ virtualHosts: 30 });
  }, 120_000);
  afterAll(() => broker.stop());
  beforeEach(async () => {
    config = { url: await broker.freshUrl(), partitions: PARTITIONS, closeWithinMs: 1_000 };
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  describe('when consumers come and go', () => {
    it('shares the partitions out among those that live, each to one of them', async () => {
      const decider = new Decider();
      const consumers = [await consumer(decider.handler)];
      expect(consumers[0]!.partitions()).toHaveLength(PARTITIONS);
      consumers.push(await consumer(decider.handler), await consumer(decider.handler));
      await expectShared(consumers);
      for (const each of consumers) expect(each.partitions()!.length).toBeGreaterThan(0);
      await consumers.shift()!.close();
      await expectShared(consumers);
    });

    it('lets another consumer take over within three seconds from one that was killed', async () => {
      const decider = new Decider();
      const child = await consumerProcess('silent');
      const survivor = await consumer(decider.handler);
      await expect
        .poll(async () => [...(await child.partitions()), ...survivor.partitions()!].sort(byNumber), soon)
        .toEqual(range(PARTITIONS));
      const sender = await open('sender');
      const answers = many(200).map((each) => sender.send(each));
      await expect.poll(() => child.got.length > 0 && child.got.length + decider.got.length, soon).toBe(200);
      const killedAt = performance.now();
      await child.kill();
      expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
      expect(performance.now() - killedAt).toBeLessThan(4_000);
      expect(new Set(decider.ids).size).toBe(200);
      const redelivered = decider.got.filter((each) => each.redelivered).map(({ commandId }) => commandId);
      expect(redelivered).toEqual(expect.arrayContaining(child.got.map(({ commandId }) => commandId)));
    });

    it('keeps the order of each stream while partitions change hands', async () => {
      const got: { by: number; stream: string; n: number }[] = [];
      const handlerOf =
        (by: number): CommandHandler =>
        (batch) =>
          batch.map(async ({ stream, commandId }) => {
            got.push({ by, stream, n: Number(commandId) });
            await new Promise((resolve) => setTimeout(resolve, 1));
            return ACCEPTED;
          });
      const sender = await open('sender');
      const first = await consumer(handlerOf(0));
      const sent: Promise<CommandAnswer>[] = [];
      const sendSome = async (from: number) => {
        for (let n = from; n < from + 1_000; n++) {
          sent.push(sender.send(command(`${n}`, ofStream(n % 20))));
          if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await sendSome(0);
      const second = consumer(handlerOf(1));
      await sendSome(1_000);
      const third = consumer(handlerOf(2));
      await sendSome(2_000);
      await first.close();
      await sendSome(3_000);
      await Promise.all([second, third]);
      expect((await Promise.all(sent)).every(({ ok }) => ok)).toBe(true);
      expect(got).toHaveLength(4_000);
      expect(new Set(got.map(({ by }) => by)).size).toBe(3);
      for (let i = 0; i < 20; i++) {
        const order = got.filter(({ stream }) => stream === ofStream(i).stream).map(({ n }) => n);
        expect(order).toEqual(order.toSorted(byNumber));
      }
    });

    it.each(['quorum', 'classic'] as const)(
      'keeps the order of a backlog over consumers closed in the middle of it, %s',
      async (queueType) => {
        const one = { partitions: 1, queueType };
        const sender = await open('sender', one);
        const total = 6_000;
        const enqueued = Array.from({ length: total }, (_, n) => sender.enqueue(command(`${n}`, ofStream(n % 20))));
        expect((await Promise.all(enqueued)).every(({ ok }) => ok)).toBe(true);
        const decider = new Decider();
        let lives = 0;
        while (decider.got.length < total) {
          const atLeast = Math.min(total, decider.got.length + 100);
          const queue = await consumer(decider.handler, { ...one, beatMs: 50 });
          await expect.poll(() => decider.got.length, { timeout: 20_000, interval: 1 }).toBeGreaterThanOrEqual(atLeast);
          await queue.close();
          lives++;
        }
        expect(lives).toBeGreaterThan(1);
        expect(decider.ids).toEqual(range(total).map(String));
      },
    );

    it('hands each command to one of two consumers that both believe they own every partition', async () => {
      const deciders = [new Decider(), new Decider()];
      const twins = await Promise.all(deciders.map(({ handler }) => consumer(handler, { memberId: 'twin' })));
      for (const twin of twins) expect(twin.partitions()).toHaveLength(PARTITIONS);
      const sender = await open('sender');
      const answers = await Promise.all(many(500).map((each) => sender.send(each)));
      expect(answers.every(({ ok }) => ok)).toBe(true);
      expect(deciders.flatMap(({ ids }) => ids).toSorted()).toEqual(
        many(500)
          .map(({ commandId }) => commandId)
          .toSorted(),
      );
    });

    it('gives what it could not finish to another when it is closed', async () => {
      const stuck = new FakeConsumer();
      const first = await consumer(stuck.handler);
      const sender = await open('sender');
      const answer = sender.send(command('1'));
      await expect.poll(() => stuck.got.length, soon).toBe(1);
      await first.close();
      const decider = new Decider();
      await consumer(decider.handler);
      expect(await answer).toMatchObject({ ok: true });
      expect(decider.got[0]).toMatchObject({ commandId: '1', redelivered: true });
    });

    it('takes back what an ingestor refuses because it stops', async () => {
      let stopping = true;
      const decider = new Decider();
      await consumer((batch) => (stopping ? batch.map(async () => STOPPING) : decider.handler(batch)), { beatMs: 100 });
      const sender = await open('sender');
      const answer = sender.send(command('1'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      stopping = false;
      expect(await answer).toMatchObject({ ok: true });
    });
  });

  describe('when the broker goes and comes', () => {
    it('loses nothing that it confirmed, and answers what was under way, over a killed broker', async () => {
      const decider = new Decider();
      // On a busy machine the broker takes long to come back.
      const sender = await open('sender', { answerWithinMs: 90_000 });
      const queue = await consumer(decider.handler);
      const enqueued: string[] = [];
      const sends: Promise<CommandAnswer>[] = [];
      let done = false;
      let n = 0;
      const load = (async () => {
        while (!done) {
          for (let i = 0; i < 20; i++) {
            const each = command(`c${n}`, { ...ofStream(n++ % 50), body: Buffer.alloc(200) });
            if (n % 2) sends.push(sender.send(each));
            else void sender.enqueue(each).then((answer) => answer.ok && enqueued.push(each.commandId));
          }
          await new Promise((resolve) => setTimeout(resolve, sender.figures()['connected'] === 1 ? 5 : 100));
        }
      })();
      await expect.poll(() => decider.got.length, soon).toBeGreaterThan(200);
      await broker.settle();
      await broker.kill();
      await expect.poll(async () => (await sender.send(command('away'))).ok, soon).toBe(false);
      expect(await sender.send(command('away'))).toMatchObject({ code: 'overload.unavailable', retryAfterMs: expect.any(Number) });
      await expect(sender.health()).rejects.toThrow(/127\.0\.0\.1/);
      await broker.restart();
      await expect.poll(async () => (await sender.send(command('back'))).ok, { timeout: 60_000, interval: 200 }).toBe(true);
      const atLeast = decider.got.length + 200;
      await expect.poll(() => decider.got.length, soon).toBeGreaterThan(atLeast);
      done = true;
      await load;
      const answers = await Promise.all(sends);
      expect(answers.filter((answer) => !answer.ok && answer.code !== 'overload.unavailable')).toEqual([]);
      await expect.poll(() => missingOf(enqueued, decider.ids), { timeout: 20_000, interval: 200 }).toEqual([]);
      const seen = new Set<string>();
      const twice = decider.got.filter(({ commandId }) => seen.size === seen.add(commandId).size);
      expect(twice.filter(({ redelivered }) => !redelivered)).toEqual([]);
      expect(queue.figures()['reconnects']).toBeGreaterThan(0);
      await Promise.all([sender.health(), queue.health()]);
    }, 120_000);

    it('pushes back while the broker is short of memory, and goes on when it is not', async () => {
      const decider = new Decider();
      const sender = await open('sender');
      await consumer(decider.handler);
      expect((await sender.send(command('before'))).ok).toBe(true);
      await broker.ctl('set_vm_memory_high_watermark', '0.00001');
      try {
        // The broker tells only who publishes, and may let one pass before it notices.
        const sent: Promise<CommandAnswer>[] = [];
        const isBlocked = (): boolean => {
          if (sender.figures()['blocked'] === 1) return true;
          if (sender.depth().commands === 0) sent.push(sender.send(command(`c${sent.length}`)));
          return false;
        };
        await expect.poll(isBlocked, soon).toBe(true);
        expect(await sender.send(command('refused'))).toMatchObject({ code: 'overload.unavailable', retryAfterMs: expect.any(Number) });
        await expect(sender.health()).rejects.toThrow(/memory/);
        await broker.ctl('set_vm_memory_high_watermark', '0.4');
        expect(await Promise.all(sent)).toEqual(sent.map(() => expect.objectContaining({ ok: true })));
      } finally {
        await broker.ctl('set_vm_memory_high_watermark', '0.4');
      }
      await expect.poll(async () => (await sender.send(command('after'))).ok, soon).toBe(true);
    });

    it('holds no more than its bounds while the broker hangs, and answers it afterwards', async () => {
      const decider = new Decider();
      const sender = await open('sender', { inFlightBytesMax: 100_000 });
      await consumer(decider.handler);
      await broker.pause();
      const sent = Array.from({ length: 30 }, (_, i) => sender.send(command(`c${i}`, { body: Buffer.alloc(10_000) })));
      expect(sender.depth()).toEqual({ commands: 10, bytes: 100_000 });
      await broker.resume();
      const answers = await Promise.all(sent);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
      expect(answers.find(({ ok }) => !ok)).toMatchObject({ code: 'overload.queue-full' });
    });

    it('is closed while the broker hangs, too', async () => {
      const [sender, queue] = [await open('sender'), await consumer(new Decider().handler)];
      await broker.pause();
      const startedAt = performance.now();
      try {
        await Promise.all([sender.close(), queue.close()]);
      } finally {
        await broker.resume();
      }
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });

    it('declares a queue again that somebody deleted', async () => {
      const sender = await open('sender', { partitions: 1 });
      const decider = new Decider();
      await consumer(decider.handler, { partitions: 1, beatMs: 100 });
      const virtualHost = new URL(config.url).pathname.slice(1);
      await broker.ctl('delete_queue', 'thingsio.commands.0', '-p', virtualHost);
      await expect.poll(async () => (await sender.send(command('1'))).ok, soon).toBe(true);
    });
  });

  describe('when a command does not end well', () => {
    it('parks a command that each consumer dies of, and no other', async () => {
      const sender = await open('sender');
      const innocent = Array.from({ length: 60 }, (_, i) => command(`c${i}`, ofStream(i)));
      const answers = innocent.map((each) => sender.enqueue(each));
      const poison = sender.send(command('poison', { ...ofStream(7), body: Buffer.from('kept') }));
      const after = sender.send(command('after', ofStream(7)));
      await Promise.all(answers);
      const handled = new Set<string>();
      const parked: ParkedByQueue[] = [];
      let lives = 0;
      let parking = false;
      const keepAlive = (async () => {
        while (!parking) {
          lives++;
          const child = await startConsumingProcess({ ...config, behaviour: 'answers' }, ({ commandId }) => handled.add(commandId)).catch(
            () => undefined,
          );
          closing.push(async () => child?.kill());
          await child?.ended;
        }
      })();
      expect(await poison).toMatchObject({ ok: false, code: 'command.parked' });
      parking = true;
      expect(await after).toMatchObject({ ok: true });
      await expect.poll(() => innocent.filter(({ commandId }) => !handled.has(commandId)), soon).toEqual([]);
      expect(lives).toBe(6);
      const operator = await open('consumer');
      await operator.drainParked(async (each) => void parked.push(each));
      await expect.poll(() => parked.length, soon).toBe(1);
      expect(parked[0]).toMatchObject({ envelope: { commandId: 'poison', redelivered: true, stream: 'device-a1.d7' }, tries: 5 });
      expect(Buffer.from(parked[0]!.envelope.body!).toString()).toBe('kept');
      await Promise.all(closing.splice(0).map((close) => close()));
      await keepAlive;
    }, 120_000);

    it('keeps a parked command in the queue until it could be kept elsewhere', async () => {
      const sender = await open('sender');
      await consumer((batch) => batch.map(async () => ({ ok: false as const, code: 'defect', message: 'a bug' })));
      expect(await sender.enqueue(command('1'))).toMatchObject({ ok: true });
      const kept: ParkedByQueue[] = [];
      let tries = 0;
      const operator = await open('consumer');
      await operator.drainParked(async (parked) => {
        if (tries++ === 0) throw new Error('the views are away');
        kept.push(parked);
      });
      await expect.poll(() => kept.length, soon).toBe(1);
      expect(kept[0]).toMatchObject({ envelope: { commandId: '1' }, error: { message: 'a bug' } });
    });

    it('tries again what it acknowledged and its entity refuses for the moment', async () => {
      const decider = new Decider();
      let refusals = 0;
      const refused: CommandAnswer = { ok: false, code: 'limit.mailbox', message: 'full', retryAfterMs: 5 };
      await consumer((batch) => (refusals++ < 3 ? batch.map(async () => refused) : decider.handler(batch)));
      const sender = await open('sender');
      expect((await sender.enqueue(command('1'))).ok).toBe(true);
      await expect.poll(() => decider.got.length, soon).toBe(1);
      expect(decider.got[0]!.redelivered).toBe(true);
    });

    it('says that the outcome is unknown where no answer comes in time', async () => {
      const sender = await open('sender', { answerWithinMs: 300 });
      expect(await sender.send(command('1', { body: Buffer.alloc(10) }))).toMatchObject({
        ok: false,
        code: 'overload.timeout',
        retryAfterMs: expect.any(Number),
      });
      expect(sender.depth()).toEqual({ commands: 0, bytes: 0 });
    });

    it('puts aside what is no command', async () => {
      const { connect } = await import('amqplib');
      const decider = new Decider();
      await consumer(decider.handler);
      const connection = await connect(config.url);
      const channel = await connection.createConfirmChannel();
      channel.publish('thingsio.commands', '3', Buffer.from('garbage'), { persistent: true });
      await channel.waitForConfirms();
      await expect.poll(async () => (await channel.checkQueue('thingsio.commands.unreadable')).messageCount, soon).toBe(1);
      await expect.poll(async () => (await channel.checkQueue('thingsio.commands.3')).messageCount, soon).toBe(0);
      expect(decider.got).toEqual([]);
      await connection.close();
    });
  });

  describe('when it is opened', () => {
    it.each([
      ['a wrong password', (url: string) => url.replace(':rabbit@', ':wrong@'), /ACCESS_REFUSED|403/],
      ['an unknown virtual host', (url: string) => url.replace(/[^/]*$/, 'nowhere'), /nowhere|530|NOT_ALLOWED/],
      ['nobody there', (url: string) => url.replace(/:\d+\//, ':1/'), /ECONNREFUSED/],
      ['no URL', () => 'rabbit', /Invalid URL/],
    ])('says in one line what is wrong: %s', async (_, bend, why) => {
      for (const role of ['sender', 'consumer'] as const) {
        const error = (await openRabbitMqCommandQueue({ ...config, url: bend(config.url), role }).catch(
          (thrown: unknown) => thrown,
        )) as Error;
        expect(error.message).toMatch(/^RABBITMQ_URL /);
        expect(error.message).toMatch(why);
        expect(error.message).not.toMatch(/\n|wrong@/);
      }
    });

    it('says so where queues of another type are there already', async () => {
      await open('sender');
      await expect(openRabbitMqCommandQueue({ ...config, role: 'sender', queueType: 'classic' })).rejects.toThrow(/x-queue-type/);
    });
  });
});

const STOPPING: CommandAnswer = { ok: false, code: 'overload.stopping', message: 'stopping' };
function missingOf(ids: string[], there: string[]): string[] {
  const known = new Set(there);
  return ids.filter((id) => !known.has(id));
}

const byNumber = (a: number, b: number): number => a - b;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function expectShared(consumers: RabbitMqCommandQueue[]): Promise<void> {
  await expect.poll(() => consumers.flatMap((each) => each.partitions()!).sort(byNumber), soon).toEqual(range(PARTITIONS));
}
