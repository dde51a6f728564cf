/** What every command queue holds to: bounded, answered once, in order, closed without losing what it took. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { CommandHandler, CommandQueue } from '#ports';

export type OpenQueue = (limits: { bytesMax: number; commandsMax: number }) => Promise<CommandQueue>;

export interface QueueTraits {
  /** What it holds is elsewhere, and stays there when the process ends. */
  durable: boolean;
}

export const command = (commandId: string, more: Partial<CommandEnvelope> = {}): CommandEnvelope => ({
  type: 'ReceiveReadings',
  stream: 'device-a1.d1',
  data: { deviceId: 'd1', format: 'json' },
  commandId,
  accountId: 'a1',
  correlationId: commandId,
  receivedAt: 1_770_000_000_000,
  ...more,
});

export const ACCEPTED: CommandAnswer = { ok: true, position: 1, revision: 0, value: {} };

/** A consumer whose answers the test gives. */
export class FakeConsumer {
  readonly got: CommandEnvelope[] = [];
  readonly handler: CommandHandler = (batch) =>
    batch.map((envelope) => {
      this.got.push(envelope);
      return this.answersAtOnce ? Promise.resolve(ACCEPTED) : new Promise<CommandAnswer>((resolve) => this.waiting.push(resolve));
    });
  private readonly waiting: ((answer: CommandAnswer) => void)[] = [];

  private answersAtOnce = false;

  /** What waits, and what comes from now on. */
  answerAll(): void {
    this.answersAtOnce = true;
    while (this.waiting.length > 0) this.answerNext();
  }
  answerNext(answer: Partial<CommandAnswer> = {}): void {
    this.waiting.shift()!({ ...ACCEPTED, ...answer } as CommandAnswer);
  }
}

export function commandQueueContract(name: string, open: OpenQueue, { durable }: QueueTraits): void {
  describe(name, () => {
    let sut: CommandQueue;
    let consumer: FakeConsumer;
    const sends: Promise<CommandAnswer>[] = [];
    const send = (envelope: CommandEnvelope): Promise<CommandAnswer> => {
      const sent = sut.send(envelope);
      sends.push(sent);
      return sent;
    };
    const received = (count: number) => expect.poll(() => consumer.got.length, { interval: 1 }).toBe(count);
    beforeEach(async () => {
      sut = await open({ bytesMax: 1_000, commandsMax: 5 });
      consumer = new FakeConsumer();
    });
    afterEach(async () => {
      const closed = sut.close();
      consumer.answerAll();
      await closed;
      await Promise.all(sends.splice(0));
    });

    it('gives the consumer commands in order, body and all, and their senders the answers', async () => {
      await sut.consume(consumer.handler);
      const first = send(command('1', { body: Buffer.from('{"t":1}') }));
      const second = send(command('2', { bodyHash: 'h', causationId: 'c' }));
      await received(2);
      expect(consumer.got.map(({ commandId }) => commandId)).toEqual(['1', '2']);
      expect(Buffer.from(consumer.got[0]!.body!).toString()).toBe('{"t":1}');
      expect(consumer.got[1]).toMatchObject({ bodyHash: 'h', causationId: 'c', receivedAt: 1_770_000_000_000 });
      consumer.answerNext({ position: 7 });
      consumer.answerNext({ ok: false, code: 'device.unknown', message: 'm' });
      expect(await first).toMatchObject({ ok: true, position: 7 });
      expect(await second).toMatchObject({ ok: false, code: 'device.unknown' });
    });

    it('keeps what comes before the consumer does', async () => {
      const sent = send(command('1'));
      await sut.consume(consumer.handler);
      await received(1);
      consumer.answerNext();
      expect((await sent).ok).toBe(true);
    });

    it('acknowledges what is only enqueued as soon as it holds it', async () => {
      expect(await sut.enqueue(command('1'))).toMatchObject({ ok: true, position: 0 });
      expect(sut.depth().commands).toBe(durable ? 0 : 1);
      await sut.consume(consumer.handler);
      await received(1);
    });

    it('refuses what is too many, until answers make room', async () => {
      await sut.consume(consumer.handler);
      for (let i = 0; i < 5; i++) void send(command(`${i}`));
      expect(await sut.send(command('6'))).toMatchObject({ ok: false, code: 'overload.queue-full', retryAfterMs: expect.any(Number) });
      expect(await sut.enqueue(command('7'))).toMatchObject({ ok: false, code: 'overload.queue-full' });
      await received(5);
      consumer.answerNext();
      await expect.poll(() => sut.depth().commands, { interval: 1 }).toBe(4);
      void send(command('8'));
      await received(6);
    });

    it('refuses what is too large beside the rest, and takes it alone', async () => {
      await sut.consume(consumer.handler);
      const body = Buffer.alloc(2_000);
      void send(command('1', { body }));
      expect(await sut.send(command('2', { body: Buffer.alloc(1) }))).toMatchObject({ code: 'overload.queue-full' });
      expect(sut.depth()).toEqual({ commands: 1, bytes: 2_000 });
    });

    it('has one consumer', async () => {
      await sut.consume(consumer.handler);
      await expect(sut.consume(consumer.handler)).rejects.toThrow(/consumer/);
    });

    it('tells the sender where its consumer breaks', async () => {
      await sut.consume(() => [Promise.reject(new Error('broken'))]);
      expect(await sut.send(command('1'))).toMatchObject({ ok: false, code: 'defect', message: 'broken' });
    });

    it('finishes what it took when it is closed, and refuses what is new', async () => {
      await sut.consume(consumer.handler);
      const taken = send(command('1'));
      await received(1);
      let closed = false;
      const closing = sut.close().then(() => (closed = true));
      expect(await sut.send(command('2'))).toMatchObject({ ok: false, code: 'overload.stopping' });
      expect(closed).toBe(false);
      consumer.answerNext({ position: 3 });
      expect(await taken).toMatchObject({ position: 3 });
      await closing;
    });

    it('tells the senders of what nobody came to decide when it is closed', async () => {
      const sent = send(command('1'));
      await sut.close();
      // A durable queue still holds it, so that it may be decided one day.
      expect(await sent).toMatchObject({ ok: false, code: durable ? 'overload.timeout' : 'overload.stopping' });
    });
  });
}
