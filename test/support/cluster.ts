/** A small cluster on this machine: real servers, and any number of each app, as an operator would run them. */
import { startEventStoreDb } from './eventstoredb/index.js';
import { startApp, type AppProcess, type Role } from './app-process.js';
import { startInfluxDb } from './servers/influxdb.js';
import { startPostgres } from './servers/postgres.js';
import { startRabbitMq } from './servers/rabbitmq.js';
import { startRedis } from './servers/redis.js';

export interface Servers {
  rabbitmq: Awaited<ReturnType<typeof startRabbitMq>>;
  eventstoredb: Awaited<ReturnType<typeof startEventStoreDb>>;
  influxdb: Awaited<ReturnType<typeof startInfluxDb>>;
  postgres: Awaited<ReturnType<typeof startPostgres>>;
  redis: Awaited<ReturnType<typeof startRedis>>;
}

export interface Cluster {
  /** Of the first api. */
  url: string;
  servers: Servers;
  apps: AppProcess[];
  of(role: Role): AppProcess[];
  /** One app more. */
  add(role: Role): Promise<AppProcess>;
  output(): string;
  /** SIGTERM to every app; resolves with their exit codes. The servers stay. */
  stop(): Promise<(number | null)[]>;
  /** Kills what still runs, and deletes what the servers kept. */
  remove(): Promise<void>;
}

export type Size = Partial<Record<Role, number>>;

export const SMALL: Size = { api: 1, ingestor: 1, projector: 1, analytics: 1 };
export const WHOLE: Size = { api: 2, ingestor: 3, projector: 2, analytics: 2 };

const ROLES: readonly Role[] = ['api', 'ingestor', 'projector', 'analytics'];

export async function startCluster(size: Size = SMALL, env: Record<string, string> = {}): Promise<Cluster> {
  const servers = await startServers();
  const apps: AppProcess[] = [];
  const add = async (role: Role): Promise<AppProcess> => {
    const app = await startApp(role, { ...environmentOf(servers), ...env });
    apps.push(app);
    return app;
  };
  const remove = async (): Promise<void> => {
    await Promise.allSettled(apps.map((app) => app.kill()));
    await Promise.allSettled(Object.values(servers).map((server) => server.stop()));
  };
  const starts = ROLES.flatMap((role) => Array.from({ length: size[role] ?? 0 }, () => add(role)));
  try {
    await Promise.all(starts);
  } catch (error) {
    // One that is still on its way would be left behind.
    await Promise.allSettled(starts);
    await remove();
    throw error;
  }
  const of = (role: Role): AppProcess[] => apps.filter((app) => app.role === role);
  return {
    url: of('api')[0]!.url,
    servers,
    apps,
    of,
    add,
    output: () => apps.map((app) => `--- ${app.role} ${app.url}\n${app.output()}`).join('\n'),
    stop: () => Promise.all(apps.map((app) => app.stop())),
    remove,
  };
}

/** All at once: the slowest is the broker. */
export async function startServers(): Promise<Servers> {
  const starts = {
    rabbitmq: startRabbitMq(),
    eventstoredb: startEventStoreDb(),
    influxdb: startInfluxDb(),
    postgres: startPostgres(),
    redis: startRedis(),
  };
  const started = await Promise.allSettled(Object.values(starts));
  const failed = started.find((start) => start.status === 'rejected');
  if (failed) {
    for (const start of started) if (start.status === 'fulfilled') await start.value.stop();
    throw failed.reason;
  }
  const names = Object.keys(starts);
  return Object.fromEntries(started.map((start, i) => [names[i], (start as PromiseFulfilledResult<unknown>).value])) as unknown as Servers;
}

/** The settings of an app on these servers. */
export function environmentOf(servers: Servers): Record<string, string> {
  return {
    THINGSIO_PLATFORM: 'distributed',
    RABBITMQ_URL: servers.rabbitmq.url,
    EVENTSTOREDB_URL: servers.eventstoredb.url,
    INFLUXDB_URL: servers.influxdb.url,
    POSTGRES_URL: servers.postgres.url,
    REDIS_URL: servers.redis.url,
    THINGSIO_SHARD_WORKERS: '1',
  };
}
