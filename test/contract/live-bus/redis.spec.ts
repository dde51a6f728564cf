import { afterAll, beforeAll, describe } from 'vitest';
import { openRedisLiveBus } from '#adapters/redis';
import { redisIsHere, startRedis } from '../../support/servers/redis.js';
import type { TestServer } from '../../support/servers/server-process.js';
import { liveBusContract } from './live-bus.contract.js';

describe.skipIf(!redisIsHere)('with a real server', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startRedis()));
  afterAll(() => server.stop());

  liveBusContract('Redis', async () => {
    const [publisher, subscriber] = await Promise.all([openRedisLiveBus({ url: server.url }), openRedisLiveBus({ url: server.url })]);
    return {
      publisher,
      subscriber,
      async close() {
        await Promise.all([publisher.close(), subscriber.close()]);
      },
    };
  });
});
