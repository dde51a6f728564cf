/** A command that each ingestor dies of ends where an operator sees it, and its device goes on. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListView } from '#contracts';
import { eventually, openAccount } from '../support/client.js';
import { startCluster, type Cluster } from '../support/cluster.js';
import { startConsumingProcess } from '../support/command-queue/consuming-process.js';
import { serversAreHere } from '../support/servers-are-here.js';

const READING = [{ temperature: 20, time: 1_770_000_000_000 }];

describe.skipIf(!serversAreHere(existsSync))('a command that each ingestor dies of', () => {
  let cluster: Cluster;
  let user: Awaited<ReturnType<typeof openAccount>>;
  beforeAll(async () => {
    cluster = await startCluster();
    user = await openAccount(cluster.url);
    const schema = { fields: { temperature: { type: 'number' } } };
    expect((await user.call('POST', '/devices', { deviceId: 'd1', name: 'd1', schema })).status).toBe(201);
  }, 180_000);
  afterAll(() => cluster?.remove());

  it('is parked, shown to an operator, and stands in nobody’s way', async () => {
    const [ingestor] = cluster.of('ingestor');
    const { body } = await user.call<{ apiKey: string }>('POST', '/api-keys', { name: 'operator', scopes: ['read', 'operate'] });
    await ingestor!.stop();
    expect((await user.call('POST', '/devices/d1/readings?ack=queued', READING)).status).toBe(202);
    // Ingestors that die of whatever they are handed, until it is handed over no more.
    const lives = await livesUntilQuiet();
    expect(lives).toBeGreaterThanOrEqual(5);
    await ingestor!.start();
    const parked = await eventually(
      async () =>
        (await user.as(body.apiKey).call<ListView<{ stream: string; type: string; tries: number }>>('GET', '/parked-commands')).body.items,
      (items) => items.length > 0,
      60_000,
    );
    expect(parked).toMatchObject([{ stream: `device-${user.accountId}.d1`, type: 'ReceiveReadings', tries: 5 }]);
    expect(await user.call('POST', '/devices/d1/readings', READING)).toMatchObject({ status: 200, body: { accepted: 1 } });
  }, 180_000);

  /** How many of them there were. */
  async function livesUntilQuiet(): Promise<number> {
    const config = { url: cluster.servers.rabbitmq.url, behaviour: 'dies' as const };
    for (let lives = 1; ; lives++) {
      const child = await startConsumingProcess(config).catch(() => undefined);
      if (!child) continue;
      const died = await Promise.race([child.ended.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 6_000, false))]);
      if (died) continue;
      await child.close();
      return lives;
    }
  }
});
