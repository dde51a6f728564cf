import 'reflect-metadata';
import { Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedCommandQueue, type EmbeddedCommandQueue } from '#adapters/memory';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { Ingestor } from '../start-ingestor.js';
import { CommandQueueStrategy } from './command-queue.strategy.js';
import { CommandsController } from './commands.controller.js';

const command = (commandId: string): CommandEnvelope => ({
  type: 'RetireDevice',
  stream: 'device-a1.d1',
  data: {},
  commandId,
  accountId: 'a1',
  correlationId: commandId,
  receivedAt: 1,
});

class FakeIngestor {
  readonly batches: string[][] = [];
  throws = false;
  dispatch(batch: CommandEnvelope[]): Promise<CommandAnswer>[] {
    if (this.throws) throw new Error('a bug');
    this.batches.push(batch.map(({ commandId }) => commandId));
    // The second is answered before the first.
    return batch.map(async ({ commandId }, i) => {
      if (i === 0) await new Promise((resolve) => setImmediate(resolve));
      return { ok: true as const, position: i, revision: 0, value: { commandId } };
    });
  }
}

describe('the way from the queue to the shards', () => {
  let queue: EmbeddedCommandQueue;
  let fakeIngestor: FakeIngestor;
  let app: INestMicroservice;
  beforeEach(async () => {
    queue = createEmbeddedCommandQueue();
    fakeIngestor = new FakeIngestor();
    class Root {}
    Module({ controllers: [CommandsController], providers: [{ provide: Ingestor, useValue: fakeIngestor }] })(Root);
    app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, { strategy: new CommandQueueStrategy(queue), logger: false });
    await app.listen();
  });
  afterEach(async () => {
    await app.close();
  });

  it('carries what a tick brings as one batch, and answers each sender', async () => {
    const answers = await Promise.all(['1', '2', '3'].map((id) => queue.send(command(id))));
    expect(answers.map((answer) => answer.ok && answer.value['commandId'])).toEqual(['1', '2', '3']);
    expect(fakeIngestor.batches).toEqual([['1', '2', '3']]);
  });

  it('keeps no answer waiting for another of its batch', async () => {
    const order: string[] = [];
    await Promise.all(['slow', 'fast'].map((id) => queue.send(command(id)).then(() => order.push(id))));
    expect(order).toEqual(['fast', 'slow']);
  });

  it('tells the senders where dispatching breaks', async () => {
    fakeIngestor.throws = true;
    expect(await queue.send(command('1'))).toMatchObject({ ok: false, code: 'defect' });
  });

  it('closes the queue with the application', async () => {
    await app.close();
    expect(await queue.send(command('1'))).toMatchObject({ ok: false, code: 'overload.stopping' });
  });
});
