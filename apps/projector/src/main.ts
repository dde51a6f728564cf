#!/usr/bin/env node
/** The projector alone, on the distributed platform: builds views and series of the parts that it owns. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ProjectionFigures } from '#contracts';
import {
  addProjectionMetrics,
  createMetrics,
  openAppDoor,
  openDistributed,
  openTracer,
  PlatformModule,
  runApp,
  traceSettingsOf,
  type Logger,
  type Settings,
} from '#platform';
import { ProjectorLifecycle, ProjectorModule } from './projector.module.js';

/** How old the figures of `/metrics` may be. */
const FIGURES_EVERY_MS = 1_000;

await runApp({
  name: 'projector',
  start: startProjectorApp,
  ready: ({ url }) => `The projector follows the log; its health is at ${url}/health/ready\n`,
  stopped: 'The projector has stopped; it goes on from its checkpoints at the next start.\n',
});

async function startProjectorApp(settings: Settings, logger: Logger) {
  const platform = await openDistributed(['eventLog', 'series', 'viewStore', 'liveBus'], settings, logger);
  const tracer = await openTracer(traceSettingsOf(settings), 'projector');
  const module = ProjectorModule.register(PlatformModule.of(platform.adapters), { logger, parts: settings.projectorParts, tracer });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const projector = app.get(ProjectorLifecycle);
  let figures: ProjectionFigures[] = [];
  const reading = setInterval(() => {
    projector.figures().then(
      (now) => (figures = now),
      // The log is away: its health says so.
      () => undefined,
    );
  }, FIGURES_EVERY_MS);
  const registry = createMetrics();
  addProjectionMetrics(registry, () => figures);
  const door = await openAppDoor({ platform, settings, registry });
  return {
    url: door.url,
    async stop() {
      door.stopping();
      clearInterval(reading);
      await app.close();
      await platform.close();
      await tracer?.close();
      await door.close();
    },
  };
}
