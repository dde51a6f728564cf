/** Each server is taken away from running apps and comes back: they say so meanwhile, and go on by themselves. An api stays in rotation
 *  as long as it can hand readings on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { startCluster, type Cluster, type Servers } from '../support/cluster.js';
import { serversAreHere } from '../support/servers-are-here.js';

const [AWAY, LESS] = ['503 unavailable', '200 degraded'];
const SAID: [server: keyof Servers, by: Record<string, string>][] = [
  ['rabbitmq', { api: AWAY, ingestor: AWAY, analytics: AWAY }],
  ['eventstoredb', { api: LESS, ingestor: AWAY, projector: AWAY, analytics: AWAY }],
  ['influxdb', { api: LESS, projector: AWAY, analytics: AWAY }],
  ['postgres', { api: LESS, ingestor: AWAY, projector: AWAY, analytics: AWAY }],
  ['redis', { api: LESS, ingestor: AWAY, projector: AWAY, analytics: AWAY }],
];
const slow = { timeout: 60_000, interval: 200 };

describe.skipIf(!serversAreHere(existsSync))('while a server is away', () => {
  let cluster: Cluster;
  const readiness = async (): Promise<Record<string, string>> => {
    const asked = cluster.apps.map(async ({ role, url }) => {
      const answer = await fetch(`${url}/health/ready`);
      const { status } = (await answer.json()) as { status: string };
      return [role, `${answer.status} ${status}`] as const;
    });
    return Object.fromEntries(await Promise.all(asked));
  };
  beforeAll(async () => {
    cluster = await startCluster();
  }, 120_000);
  afterAll(() => cluster.remove());

  it.each(SAID)(
    '%s, the apps that need it say so, and are ready again when it is back',
    async (server, said) => {
      const allReady = Object.fromEntries(cluster.apps.map(({ role }) => [role, '200 ok']));
      await expect.poll(readiness, slow).toEqual(allReady);
      await cluster.servers[server].kill();
      await expect.poll(readiness, slow).toEqual({ ...allReady, ...said });
      await cluster.servers[server].restart();
      await expect.poll(readiness, slow).toEqual(allReady);
    },
    240_000,
  );
});
