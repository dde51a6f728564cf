import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '#contracts';
import { openRabbitMqWorkQueue } from '../../../libs/platform/src/rabbitmq-work-queue.js';
import { openProxy } from '../../support/proxy.js';
import { rabbitmqIsHere, startRabbitMq, type RabbitMq } from '../../support/servers/rabbitmq.js';
import { workQueueContract } from './work-queue.contract.js';

const logger = { warn: () => undefined };

describe.skipIf(!rabbitmqIsHere)('with a real broker', () => {
  let server: RabbitMq;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await startRabbitMq({ virtualHosts: 1 });
  });
  afterAll(() => server.stop());

  for (const queueType of ['quorum', 'classic'] as const) {
    workQueueContract(`on RabbitMQ, ${queueType}`, async () => {
      const queue = `work.${randomUUID()}`;
      return { open: () => openRabbitMqWorkQueue({ url: server.url, queueType, queue, logger }), close: async () => undefined };
    });
  }

  it('says in one line that the broker is missing', async () => {
    const gone = openRabbitMqWorkQueue({ url: 'amqp://127.0.0.1:1', queueType: 'classic', logger });
    await expect(gone).rejects.toThrow(/ECONNREFUSED/);
  });

  it('has what was sent when the broker was killed and came back', async () => {
    const config = { url: server.url, queueType: 'classic' as const, queue: `work.${randomUUID()}`, logger };
    const sut = await openRabbitMqWorkQueue(config);
    for (let id = 0; id < 10; id++) await sut.send({ id });
    await server.settle();
    await server.restart();
    const got = new Set<unknown>();
    await sut.consume(2, async ({ id }: JsonObject) => void got.add(id));
    await vi.waitFor(() => expect(got.size).toBe(10), { timeout: 20_000, interval: 50 });
    await vi.waitFor(() => sut.health(), { timeout: 20_000, interval: 50 });
    await vi.waitFor(() => sut.send({ id: 10 }), { timeout: 20_000, interval: 50 });
    await vi.waitFor(() => expect(got.has(10)).toBe(true), { timeout: 20_000, interval: 50 });
    expect(sut.figures()).toMatchObject({ connected: 1, taken: 11 });
    await sut.close();
  });

  it('comes back where connections break while it sets up its channels', async () => {
    const behind = new URL(server.url);
    const proxy = await openProxy(Number(behind.port));
    const queue = `work.${randomUUID()}`;
    behind.port = `${proxy.port}`;
    const sut = await openRabbitMqWorkQueue({ url: behind.href, queueType: 'classic', queue, logger });
    const got = new Set<unknown>();
    await sut.consume(2, async ({ id }: JsonObject) => void got.add(id));
    proxy.breakAt(queue, 4);
    await vi.waitFor(() => expect(proxy.breaksLeft).toBe(0), { timeout: 20_000, interval: 20 });
    await vi.waitFor(() => sut.send({ id: 1 }), { timeout: 20_000, interval: 50 });
    await vi.waitFor(() => expect(got.has(1)).toBe(true), { timeout: 20_000, interval: 50 });
    await sut.close();
    await proxy.close();
  });
});
