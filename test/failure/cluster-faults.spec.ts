/** The small cluster under load and under faults. Each ends in the same: every acknowledged reading is in the series exactly once, the ledgers
 *  close, and an embedded platform that is sent the same gives the same digests. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppProcess } from '../support/app-process.js';
import { createClient, eventually, openAccount } from '../support/client.js';
import { type Cluster, startCluster, WHOLE } from '../support/cluster.js';
import { Load, random } from '../support/load.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';
import { serversAreHere } from '../support/servers-are-here.js';

const KILLS = 20;
const AWAY_MS = 20_000;
const SEED = 20_261_124;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!serversAreHere(existsSync))('a cluster under load', () => {
  let cluster: Cluster;
  let embedded: RunningPlatform;

  beforeAll(async () => {
    const env = { THINGSIO_LIMIT_KEY_REQUESTS_PER_SECOND: '100000' };
    cluster = await startCluster(WHOLE, env);
    embedded = await startPlatform({ env });
  }, 180_000);
  afterAll(async () => {
    await Promise.all([cluster?.remove(), embedded?.remove()]);
  }, 60_000);

  /** Load before, during and after; then everything must be as if nothing had happened. */
  async function survives(fault: (load: Load) => Promise<void>, size = { devices: 6, batch: 40, everyMs: 100, around: 10 }): Promise<Load> {
    const { around, ...options } = size;
    const load = new Load({ seed: SEED, ...options });
    const user = await openAccount(cluster.url);
    await load.register(user);
    load.start(
      cluster.of('api').map(({ url }) => url),
      user.key!,
    );
    await load.advanceEach(around);
    await fault(load);
    load.allowEach(around);
    await load.advanceEach(around, 120_000);
    await load.stop();
    await load.check(user);
    const other = await openAccount(embedded.url);
    await load.repeat(other);
    await load.check(other);
    expect(await load.digests(user)).toEqual(await load.digests(other));
    return load;
  }

  const isReady = (app: AppProcess): Promise<unknown> =>
    eventually(
      () => createClient(app.url).call('GET', '/health/ready'),
      ({ status }) => status === 200,
      30_000,
    );

  it('is the same with no fault at all', { timeout: 180_000 }, async () => {
    await survives((load) => load.advanceEach(30));
  });

  it(`loses none of 100,000 readings when processes of every kind are killed, ${KILLS} times at random`, { timeout: 600_000 }, async () => {
    const next = random(SEED);
    const kinds = ['api', 'ingestor', 'projector', 'analytics'] as const;
    const size = { devices: 8, batch: 500, everyMs: 0, around: 3 };
    const killAll = async (load: Load): Promise<void> => {
      const starting = new Map<AppProcess, Promise<void>>();
      for (let n = 0; n < KILLS; n++) {
        load.allowEach(1);
        const apps = cluster.of(kinds[n % kinds.length]!);
        const app = apps[Math.floor(next() * apps.length)]!;
        await starting.get(app);
        await pause(next() * 100);
        await app.kill();
        // The next is killed while this one is still away, or comes back.
        starting.set(
          app,
          pause(next() * 400).then(() => app.start()),
        );
        load.allowEach(1);
        await load.advanceEach(1, 120_000);
      }
      await Promise.all(starting.values());
    };
    const load = await survives(killAll, size);
    expect(load.acknowledged() * size.batch).toBeGreaterThanOrEqual(100_000);
  });

  it('waits for a broker that is away, and tells devices to come back', { timeout: 300_000 }, async () => {
    const load = await survives(async () => {
      await cluster.servers.rabbitmq.kill();
      await pause(AWAY_MS);
      await cluster.servers.rabbitmq.restart();
      for (const app of cluster.of('api')) await isReady(app);
    });
    expect([...load.refusals.keys()].some((why) => why.startsWith('503'))).toBe(true);
  });

  it('recovers from an event store that dies in the middle of an append', { timeout: 300_000 }, async () => {
    await survives(async (load) => {
      const { eventstoredb } = cluster.servers;
      for (const killAtAppend of ['before-durable', 'after-durable'] as const) {
        await eventstoredb.faults.set({ killAtAppend });
        await eventually(
          () =>
            eventstoredb.faults.figures().then(
              () => 'runs',
              () => 'dead',
            ),
          (state) => state === 'dead',
        );
        await eventstoredb.restart();
        await load.advance(6, 120_000);
      }
    });
  });

  it('catches up with series and views whose servers were away', { timeout: 300_000 }, async () => {
    const { influxdb, postgres } = cluster.servers;
    await survives(async () => {
      await Promise.all([influxdb.kill(), postgres.kill()]);
      await pause(AWAY_MS);
      await Promise.all([influxdb.restart(), postgres.restart()]);
    });
  });

  it('goes on while Redis is away', { timeout: 300_000 }, async () => {
    const { redis } = cluster.servers;
    await survives(async () => {
      await redis.kill();
      await pause(5_000);
      await redis.restart();
    });
  });

  it('decides once although two ingestors believe that they own a partition', { timeout: 300_000 }, async () => {
    const [first] = cluster.of('ingestor');
    await survives(async (load) => {
      // Stopped for so long that others take over; then it goes on where it stood, with commands in hand.
      process.kill(first!.pid, 'SIGSTOP');
      await load.advanceEach(20, 120_000);
      process.kill(first!.pid, 'SIGCONT');
      await load.advanceEach(20, 120_000);
    });
  });

  it('loses no accepted request in a rolling restart of everything', { timeout: 600_000 }, async () => {
    await survives(async () => {
      for (const app of cluster.apps) {
        expect(await app.stop(), app.output()).toBe(0);
        await app.start();
        await isReady(app);
      }
    });
  });
});
