/** The distributed platform's adapters: those that an app needs, all opened at once, each from the URL of its server. */
import type { CommandQueue, EventLog, LiveBus, RateLimiter, SeriesGenerations, ViewStore, WorkQueue } from '#ports';
import { secretOf } from './data-dir.js';
import { type Health, healthOf } from './health-server.js';
import type { Logger } from './logging.js';
import { needServer, SettingsError, type ServerUrls, type Settings } from './settings.js';

/** What every adapter to a server can do besides its port. */
interface ServerAdapter {
  /** Rejects with why it cannot do its work now. */
  health(): Promise<void>;
  /** What it counts, by name. */
  figures(): Record<string, number>;
  close(): Promise<void>;
}

interface Adapters {
  eventLog: EventLog & ServerAdapter;
  commandSender: CommandQueue & ServerAdapter;
  commandConsumer: CommandQueue & ServerAdapter;
  series: SeriesGenerations & ServerAdapter;
  viewStore: ViewStore & ServerAdapter;
  liveBus: LiveBus & ServerAdapter;
  rateLimiter: RateLimiter & ServerAdapter;
  workQueue: WorkQueue & ServerAdapter;
}
export type AdapterName = keyof Adapters;

/** What can be asked of the servers that an app stands on. */
export interface Servers {
  /** For `/health/ready`: every server that the app needs. */
  health(): Promise<Health>;
  figures(): Partial<Record<AdapterName, Record<string, number>>>;
}

export interface DistributedPlatform<Name extends AdapterName> extends Servers {
  adapters: Pick<Adapters, Name>;
  /** In the order in which they were named. */
  close(): Promise<void>;
}

interface Opening {
  url: string;
  settings: Settings;
  logger: Logger;
}

type Opener<Adapter> = (opening: Opening) => Promise<Adapter>;

/** An adapter's code is loaded where an app needs it. */
const OPENERS: { [Name in AdapterName]: { server: keyof ServerUrls; load(): Promise<Opener<Adapters[Name]>> } } = {
  eventLog: {
    server: 'eventstoredb',
    async load() {
      const { openEventStoreDbEventLog } = await import('#adapters/eventstoredb');
      return ({ url, logger }) => openEventStoreDbEventLog({ url, logger });
    },
  },
  commandSender: { server: 'rabbitmq', load: () => loadQueue('sender') },
  commandConsumer: { server: 'rabbitmq', load: () => loadQueue('consumer') },
  series: {
    server: 'influxdb',
    async load() {
      const { openInfluxDbSeries } = await import('#adapters/influxdb');
      return ({ url, logger }) => openInfluxDbSeries({ url, logger });
    },
  },
  viewStore: {
    server: 'postgres',
    async load() {
      const { openPostgresViewStore } = await import('#adapters/postgres');
      return ({ url, logger }) => openPostgresViewStore({ url, logger });
    },
  },
  liveBus: {
    server: 'redis',
    async load() {
      const { openRedisLiveBus } = await import('#adapters/redis');
      return ({ url, logger }) => openRedisLiveBus({ url, logger });
    },
  },
  rateLimiter: {
    server: 'redis',
    async load() {
      const { openRedisRateLimiter } = await import('#adapters/redis');
      return ({ url, logger }) => openRedisRateLimiter({ url, logger });
    },
  },
  workQueue: {
    server: 'rabbitmq',
    async load() {
      const { openRabbitMqWorkQueue } = await import('./rabbitmq-work-queue.js');
      return ({ url, settings, logger }) => openRabbitMqWorkQueue({ url, queueType: settings.rabbitmqQueueType, logger });
    },
  },
};

async function loadQueue(role: 'sender' | 'consumer'): Promise<Opener<CommandQueue & ServerAdapter>> {
  const { openRabbitMqCommandQueue } = await import('#adapters/rabbitmq');
  return ({ url, settings, logger }) => {
    const { inFlightBytesMax, parkAfterTries } = settings.limits;
    const queueType = settings.rabbitmqQueueType;
    return openRabbitMqCommandQueue({ url, role, queueType, inFlightBytesMax, deliveriesMax: parkAfterTries, logger });
  };
}

/** Throws `SettingsError`, in one line, for the first setting that is missing or whose server cannot be used. */
export async function openDistributed<Name extends AdapterName>(
  names: readonly Name[],
  settings: Settings,
  logger: Logger,
): Promise<DistributedPlatform<Name>> {
  if (settings.platform !== 'distributed')
    throw new SettingsError('this app starts alone on the distributed platform only: set THINGSIO_PLATFORM=distributed, or run npm start');
  const urls = names.map((name) => needServer(settings, OPENERS[name].server));
  // Before any server is asked: on a machine with little to spare, loading the others holds up whoever waits for an answer until it is too late.
  const openers = await Promise.all(names.map((name) => OPENERS[name].load()));
  const openings = await Promise.allSettled(
    names.map((name, i) => openOne(OPENERS[name].server, openers[i]!, { url: urls[i]!, settings, logger })),
  );
  const opened = openings.flatMap((opening, i) => (opening.status === 'fulfilled' ? [[names[i]!, opening.value] as const] : []));
  const close = async (): Promise<void> => {
    for (const [, adapter] of opened) await adapter.close();
  };
  const adapters = Object.fromEntries(opened) as Pick<Adapters, Name>;
  try {
    for (const opening of openings) if (opening.status === 'rejected') throw opening.reason;
    await holdToKeptParts(adapters, settings);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    adapters,
    health: () => healthOfServers(opened),
    figures: () => Object.fromEntries(opened.map(([name, adapter]) => [name, adapter.figures()])),
    close,
  };
}

/** Views and series are built by parts: whoever works with both must share them out as those do that built them. */
async function holdToKeptParts({ series, viewStore }: Partial<Adapters>, { projectorParts }: Settings): Promise<void> {
  if (!series || !viewStore) return;
  const { keptSetting } = await import('#adapters/views');
  const kept = await keptSetting(viewStore, 'projector-parts', String(projectorParts));
  if (kept !== String(projectorParts))
    throw new SettingsError(
      `THINGSIO_PROJECTOR_PARTS is ${projectorParts}, but the views were built with ${kept}: set ${kept}, or empty PostgreSQL and InfluxDB, which are then built again from the log`,
    );
}

async function openOne(server: keyof ServerUrls, open: Opener<ServerAdapter>, opening: Opening): Promise<ServerAdapter> {
  try {
    return await open(opening);
  } catch (error) {
    throw new SettingsError(oneLine(server, opening.url, error));
  }
}

function oneLine(server: keyof ServerUrls, url: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  const setting = `${server.toUpperCase()}_URL`;
  return (why.startsWith(setting) ? why : `${setting} ${withoutPassword(url)}: ${why}`).replaceAll(/\s*\n\s*/g, ' ');
}

export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@').replace(/([?&](?:token|password)=)[^&]*/, '$1***');
}

async function healthOfServers(adapters: (readonly [string, ServerAdapter])[]): Promise<Health> {
  const checks = await Promise.all(
    adapters.map(async ([name, adapter]) => {
      const said = await adapter.health().then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      return [name, said] as const;
    }),
  );
  return healthOf(Object.fromEntries(checks));
}

/** The servers' secret: as set, or the one that is kept with the views. */
export async function sharedSecret(settings: Settings, views: ViewStore): Promise<Buffer> {
  if (settings.secret !== undefined) return secretOf(settings.secret);
  const { readOrMakeServerSecret } = await import('#adapters/views');
  return readOrMakeServerSecret(views);
}
