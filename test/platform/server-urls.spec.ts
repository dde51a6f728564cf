/** What an app of the distributed platform says where one of its servers is not given, not there, or not what it should be: one line, and it ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type Role } from '../support/app-process.js';
import { environmentOf, startServers, type Servers } from '../support/cluster.js';
import { serversAreHere } from '../support/servers-are-here.js';
import { existsSync } from 'node:fs';

const NEEDS: Record<Role, (keyof Servers)[]> = {
  api: ['rabbitmq', 'eventstoredb', 'influxdb', 'postgres', 'redis'],
  ingestor: ['rabbitmq', 'eventstoredb', 'postgres', 'redis'],
  projector: ['eventstoredb', 'influxdb', 'postgres', 'redis'],
  analytics: ['rabbitmq', 'eventstoredb', 'influxdb', 'postgres', 'redis'],
};

/** A server that is not there, one that refuses who asks, and what is no URL of such a server; each with what is said of it. */
const WRONG: Record<keyof Servers, [nobodyThere: string, why: RegExp][]> = {
  rabbitmq: [['amqp://who:secret@127.0.0.1:1', /ECONNREFUSED/]],
  eventstoredb: [['esdb://127.0.0.1:1?tls=false', /./]],
  influxdb: [['http://who:secret@127.0.0.1:1/thingsio', /ECONNREFUSED/]],
  postgres: [['postgres://who:secret@127.0.0.1:1/thingsio', /ECONNREFUSED/]],
  redis: [['redis://:secret@127.0.0.1:1', /ECONNREFUSED/]],
};

const rows = (Object.keys(NEEDS) as Role[]).flatMap((role) => NEEDS[role].map((server) => ({ role, server })));
const settingOf = (server: keyof Servers): string => `${server.toUpperCase()}_URL`;

/** What it printed, where it ended with an exit code other than 0. */
async function ending(role: Role, env: Record<string, string>): Promise<string> {
  const started = await startApp(role, env).catch((error: Error) => error);
  if (!(started instanceof Error)) {
    await started.kill();
    throw new Error(`${role} started: ${started.output()}`);
  }
  const [, code, printed] = /^\w+ ended with (\d+) before it was ready:\n(.*)$/s.exec(started.message)!;
  expect(code).toBe('1');
  return printed!;
}

describe.skipIf(!serversAreHere(existsSync))('an app of the distributed platform', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  }, 120_000);
  afterAll(async () => {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  });

  it.each(rows)(
    '$role names the URL of $server where it is missing',
    async ({ role, server }) => {
      const env = { ...environmentOf(servers), [settingOf(server)]: '' };
      expect(await ending(role, env)).toMatch(new RegExp(`^${settingOf(server)} [^\\n]+\\n$`));
    },
    60_000,
  );

  it.each(rows)(
    '$role says in one line that $server is not there, without its password',
    async ({ role, server }) => {
      for (const [url, why] of WRONG[server]) {
        const said = await ending(role, { ...environmentOf(servers), [settingOf(server)]: url });
        expect(said).toMatch(new RegExp(`^${settingOf(server)} [^\\n]+\\n$`));
        expect(said).toMatch(why);
        expect(said).not.toContain('secret');
      }
    },
    60_000,
  );

  it.each(rows)(
    '$role says in one line that the URL of $server is that of something else',
    async ({ role, server }) => {
      const said = await ending(role, { ...environmentOf(servers), [settingOf(server)]: 'gopher://127.0.0.1:1/' });
      expect(said).toMatch(new RegExp(`^${settingOf(server)}[^\\n]+\\n$`));
    },
    60_000,
  );

  it('share out the projections as those did that built them: another number of parts is refused', async () => {
    const of = (parts: string) => ({ ...environmentOf(servers), THINGSIO_PROJECTOR_PARTS: parts });
    const projector = await startApp('projector', of('8'));
    await projector.kill();
    for (const role of ['projector', 'api', 'analytics'] as const)
      expect(await ending(role, of('4'))).toMatch(/^THINGSIO_PROJECTOR_PARTS is 4, but the views were built with 8: set 8, [^\n]+\n$/);
    await (await startApp('analytics', of('8'))).kill();
  }, 60_000);

  it.each(['api', 'ingestor', 'projector', 'analytics'] as const)(
    '%s says that it starts alone only there',
    async (role) => {
      expect(await ending(role, { ...environmentOf(servers), THINGSIO_PLATFORM: 'embedded' })).toMatch(
        /^[^\n]*THINGSIO_PLATFORM=distributed[^\n]*\n$/,
      );
    },
    60_000,
  );
});
