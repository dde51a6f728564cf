/** Each server is taken away from running apps and comes back: they say so meanwhile, and go on by themselves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { startCluster, type Cluster, type Servers } from '../support/cluster.js';
import { serversAreHere } from '../support/servers-are-here.js';

const NEEDED_BY: [server: keyof Servers, roles: string[]][] = [
  ['rabbitmq', ['api', 'ingestor', 'analytics']],
  ['eventstoredb', ['api', 'ingestor', 'projector', 'analytics']],
  ['influxdb', ['api', 'projector', 'analytics']],
  ['postgres', ['api', 'ingestor', 'projector', 'analytics']],
  ['redis', ['api', 'ingestor', 'projector', 'analytics']],
];
const slow = { timeout: 60_000, interval: 200 };

describe.skipIf(!serversAreHere(existsSync))('while a server is away', () => {
  let cluster: Cluster;
  const readiness = async (): Promise<Record<string, number>> => {
    const asked = cluster.apps.map(async ({ role, url }) => [role, (await fetch(`${url}/health/ready`)).status] as const);
    return Object.fromEntries(await Promise.all(asked));
  };
  beforeAll(async () => {
    cluster = await startCluster();
  }, 120_000);
  afterAll(() => cluster.remove());

  it.each(NEEDED_BY)(
    '%s, the apps that need it are not ready, and are again when it is back',
    async (server, roles) => {
      const allReady = Object.fromEntries(cluster.apps.map(({ role }) => [role, 200]));
      await expect.poll(readiness, slow).toEqual(allReady);
      await cluster.servers[server].kill();
      await expect.poll(readiness, slow).toEqual({ ...allReady, ...Object.fromEntries(roles.map((role) => [role, 503])) });
      await cluster.servers[server].restart();
      await expect.poll(readiness, slow).toEqual(allReady);
    },
    240_000,
  );
});
