#!/usr/bin/env node
/** The api alone, on the distributed platform: doors, queries and sockets; any number of replicas. */
import {
  openDistributed,
  openTracer,
  runApp,
  sharedSecret,
  traceCommandQueue,
  traceSettingsOf,
  type Logger,
  type Settings,
} from '#platform';
import { createApi } from './create-api.js';

await runApp({
  name: 'api',
  start: startApiApp,
  ready: ({ url }) => `The api takes requests at ${url}\n`,
  stopped: 'The api has stopped; everything accepted is in the queue or stored.\n',
});

async function startApiApp(settings: Settings, logger: Logger) {
  const platform = await openDistributed(
    ['commandSender', 'eventLog', 'series', 'viewStore', 'liveBus', 'rateLimiter', 'workQueue'],
    settings,
    logger,
  );
  const { commandSender, eventLog, series, viewStore, liveBus, rateLimiter, workQueue } = platform.adapters;
  const tracer = await openTracer(traceSettingsOf(settings), 'api');
  const api = await createApi({
    ports: {
      commandQueue: traceCommandQueue(commandSender, tracer),
      eventLog,
      seriesStore: series.store,
      viewStore,
      liveBus,
      rateLimiter,
      workQueue,
    },
    settings,
    secret: await sharedSecret(settings, viewStore),
    servers: platform,
    tracer,
    log: logger,
  });
  return {
    url: await api.listen(),
    async stop() {
      await api.close();
      await platform.close();
      await tracer?.close();
    },
  };
}
