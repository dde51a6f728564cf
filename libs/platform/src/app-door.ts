/** The door of an app that has no other: the health of the servers it needs, and its metrics. */
import type { Registry } from 'prom-client';
import type { AdapterName, Servers } from './distributed.platform.js';
import { type Health, healthOf, type HealthServer, startHealthServer } from './health-server.js';
import { addFigures, createMetrics } from './metrics.js';
import type { Settings } from './settings.js';

export interface AppDoor extends HealthServer {
  /** From now on it is not ready: load balancers and probes are to know before it stops. */
  stopping(): void;
}

export interface AppDoorOptions {
  platform: Servers;
  settings: Settings;
  /** With what the app itself measures. */
  registry?: Registry;
  /** What the app checks besides its servers. */
  check?: () => Promise<Record<string, string>>;
}

export async function openAppDoor(options: AppDoorOptions): Promise<AppDoor> {
  const { platform, settings, registry = createMetrics(), check = async () => ({}) } = options;
  addAdapterMetrics(registry, platform);
  let stopping = false;
  const isReady = async (): Promise<Health> => {
    const [servers, own] = await Promise.all([platform.health(), check()]);
    return healthOf({ ...servers.checks, ...own, ...(stopping ? { process: 'stopping' } : {}) });
  };
  const server = await startHealthServer({
    host: settings.host,
    port: settings.healthPort,
    isReady,
    metrics: () => registry.metrics(),
    contentType: registry.contentType,
  });
  return {
    ...server,
    stopping() {
      stopping = true;
    },
  };
}

/** `thingsio_event_log_…`, `thingsio_command_queue_…`: what each adapter counts. */
export function addAdapterMetrics(registry: Registry, servers: Servers): void {
  for (const name of Object.keys(servers.figures()) as AdapterName[]) {
    const [prefix, help] = METRIC_NAMES[name];
    addFigures(registry, prefix, help, () => servers.figures()[name] ?? {});
  }
}

const METRIC_NAMES: Record<AdapterName, [prefix: string, help: string]> = {
  eventLog: ['event_log', 'EventStoreDB'],
  commandSender: ['command_queue', 'RabbitMQ'],
  commandConsumer: ['command_queue', 'RabbitMQ'],
  series: ['series_store', 'InfluxDB'],
  viewStore: ['view_store', 'PostgreSQL'],
  liveBus: ['live_bus', 'Redis'],
  rateLimiter: ['rate_limiter', 'Redis'],
  workQueue: ['work_queue', 'RabbitMQ'],
};
