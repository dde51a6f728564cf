import { afterAll, beforeAll, describe } from 'vitest';
import { openRabbitMqCommandQueue } from '#adapters/rabbitmq';
import { rabbitmqIsHere, startRabbitMq, type RabbitMq } from '../../support/servers/rabbitmq.js';
import { commandQueueContract } from './command-queue.contract.js';
import { openPair } from './rabbitmq-pair.js';

describe.skipIf(!rabbitmqIsHere)('against a real broker', () => {
  let broker: RabbitMq;
  beforeAll(async () => {
    broker = await startRabbitMq({ virtualHosts: 30 });
  }, 120_000);
  afterAll(() => broker.stop());

  for (const queueType of ['quorum', 'classic'] as const) {
    commandQueueContract(
      `RabbitMQ command queue, ${queueType}`,
      async ({ bytesMax, commandsMax }) =>
        openPair(openRabbitMqCommandQueue, {
          url: await broker.freshUrl(),
          queueType,
          partitions: 4,
          inFlightBytesMax: bytesMax,
          inFlightCommandsMax: commandsMax,
          closeWithinMs: 500,
          beatMs: 200,
        }),
      { durable: true },
    );
  }
});
