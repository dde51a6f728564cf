/** Builds the api over given ports: the embedded platform and a process of its own both begin here. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { addAdapterMetrics, addFigures, createLogger, type LogLevel, type Servers, type ShardSource, type Tracer } from '#platform';
import { Admission } from './admission/admission.js';
import { KeyRing } from './admission/key-ring.js';
import { ApiModule, type ApiPorts } from './api.module.js';
import { Devices } from './commands/shared/devices.js';
import { Once } from './commands/shared/once.js';
import { Progress } from './commands/shared/progress.js';
import { BUILT_DASHBOARD, openDashboardDoor } from './doors/dashboard/dashboard.door.js';
import { addSecurityHeaders } from './doors/dashboard/security-headers.js';
import { readJsonBodies } from './doors/rest/json-body.js';
import { openDocsDoor } from './doors/rest/openapi/docs.door.js';
import { ProblemFilter } from './doors/rest/problem.filter.js';
import { openReadingsDoor } from './doors/rest/readings.door.js';
import { RouteTable } from './doors/rest/route-table.js';
import { createAdapter, prepareServer } from './doors/rest/server.js';
import { traceRequests } from './doors/rest/trace-requests.js';
import { LiveServer } from './live/live-server.js';
import { Metrics } from './operator/metrics.js';
import { Readiness } from './operator/readiness.js';
import type { ApiSettings, Clock, Log } from './tokens.js';

export interface CreateApi {
  ports: ApiPorts;
  settings: ApiSettings & { logLevel?: LogLevel };
  /** The server's secret (`holdDataDir().secret`); whoever has it can make keyed secrets again. */
  secret: Buffer;
  log?: Log;
  clock?: Clock;
  /** Where the shards run in this process: what they count is shown in `/metrics`. */
  shards?: ShardSource;
  /** Where analyses are computed in this process: what is counted of them is shown likewise. */
  analyses?: () => Record<string, number>;
  /** The servers that the ports stand on, where there are any: asked for `/health/ready`, counted in `/metrics`. */
  servers?: Servers;
  /** Absent where nothing is traced. */
  tracer?: Tracer | undefined;
  /** Folder of the built dashboard. */
  dashboardDir?: string;
}

export interface Api {
  app: NestFastifyApplication;
  /** How far the views are, as the projector tells it. */
  progress: Progress;
  /** Begins to take requests; resolves to the URL. */
  listen(): Promise<string>;
  /** Refuses what is new, answers what was taken, lets go of everyone. The ports stay open. */
  close(): Promise<void>;
}

/** How long requests under way may take after `close`. */
const FINISH_WITHIN_MS = 8_000;

export async function createApi({
  ports,
  settings,
  secret,
  log = createLogger('api', settings.logLevel ?? 'info'),
  clock = Date.now,
  shards = () => [],
  analyses,
  servers,
  tracer,
  dashboardDir = BUILT_DASHBOARD,
}: CreateApi): Promise<Api> {
  const adapter = createAdapter(log, settings.trustedProxies);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable();
  routes.watch(fastify);
  const module = ApiModule.register({ ports, settings, secret, log, clock, shards });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { bodyParser: false, logger: false, abortOnError: false });
  const [readiness, progress, live] = [app.get(Readiness), app.get(Progress), app.get(LiveServer)];

  prepareServer(fastify, readiness);
  if (tracer) traceRequests(fastify, tracer);
  addSecurityHeaders(fastify);
  readJsonBodies(fastify);
  if (servers) {
    readiness.alsoAsk(() => servers.health());
    addAdapterMetrics(app.get(Metrics).registry, servers);
  }
  if (analyses) addFigures(app.get(Metrics).registry, 'analytics', 'Analyses', analyses);
  app.get(Metrics).watch(fastify);
  openReadingsDoor(fastify, {
    queue: ports.commandQueue,
    admission: app.get(Admission),
    devices: app.get(Devices),
    progress,
    once: app.get(Once),
    settings,
    clock,
    log,
  });
  openDocsDoor(fastify, () => app);
  openDashboardDoor(fastify, { dir: dashboardDir, tileServer: settings.tileServer, routes });
  app.useGlobalFilters(new ProblemFilter(routes, log));
  await app.init();
  await fastify.ready();
  live.attach(fastify.server);
  await progress.ask();

  return {
    app,
    progress,
    listen: () => fastify.listen({ host: settings.host, port: settings.port }),
    async close() {
      readiness.stop();
      await live.close();
      const giveUp = setTimeout(() => fastify.server.closeAllConnections(), FINISH_WITHIN_MS);
      await app.close();
      clearTimeout(giveUp);
      app.get(KeyRing, { strict: false }).close();
      progress.close();
    },
  };
}
