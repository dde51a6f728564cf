#!/usr/bin/env node
/** Analytics alone, on the distributed platform: computes what is asked for, beside the live system. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  addFigures,
  createMetrics,
  openAppDoor,
  openDistributed,
  openTracer,
  PlatformModule,
  runApp,
  traceCommandQueue,
  traceSettingsOf,
  type Logger,
  type Settings,
} from '#platform';
import { notifySettings } from './alerts/notify/notifier.js';
import { AnalyticsLifecycle, AnalyticsModule } from './analytics.module.js';

await runApp({
  name: 'analytics',
  start: startAnalyticsApp,
  ready: ({ url }) => `Analytics computes what is asked for; its health is at ${url}/health/ready\n`,
  stopped: 'Analytics has stopped; what it was computing begins again at the next start.\n',
});

async function startAnalyticsApp(settings: Settings, logger: Logger) {
  const platform = await openDistributed(['workQueue', 'commandSender', 'eventLog', 'series', 'viewStore', 'liveBus'], settings, logger);
  const { workQueue, commandSender, eventLog, series, viewStore, liveBus } = platform.adapters;
  const tracer = await openTracer(traceSettingsOf(settings), 'analytics');
  const commandQueue = traceCommandQueue(commandSender, tracer);
  const ports = PlatformModule.of({ workQueue, commandQueue, eventLog, seriesStore: series.store, viewStore, liveBus });
  const module = AnalyticsModule.register(ports, {
    parts: settings.projectorParts,
    workers: settings.analyticsWorkers,
    valuesMax: settings.limits.analysisValuesMax,
    logger,
    now: Date.now,
    notify: notifySettings(settings.notifications),
  });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const registry = createMetrics();
  addFigures(registry, 'analytics', 'Analyses', () => app.get(AnalyticsLifecycle).figures());
  const door = await openAppDoor({ platform, settings, registry });
  return {
    url: door.url,
    async stop() {
      door.stopping();
      await app.close();
      await platform.close();
      await tracer?.close();
      await door.close();
    },
  };
}
