#!/usr/bin/env node
/** The ingestor alone, on the distributed platform: takes commands from its partitions of the queue to the devices on its threads. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  addQueueMetrics,
  addShardMetrics,
  createMetrics,
  needServer,
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
import { CommandQueueStrategy } from './dispatch/command-queue.strategy.js';
import { ViewStoreParkingLot } from './dispatch/view-store-parking-lot.js';
import { IngestorModule } from './ingestor.module.js';
import { Ingestor } from './start-ingestor.js';

await runApp({
  name: 'ingestor',
  start: startIngestorApp,
  ready: ({ url }) => `The ingestor takes commands; its health is at ${url}/health/ready\n`,
  stopped: 'The ingestor has stopped; everything taken is decided.\n',
});

async function startIngestorApp(settings: Settings, logger: Logger) {
  const platform = await openDistributed(['commandConsumer', 'eventLog', 'viewStore', 'liveBus'], settings, logger);
  const { commandConsumer, viewStore, liveBus } = platform.adapters;
  const trace = traceSettingsOf(settings);
  const tracer = await openTracer(trace, 'ingestor');
  const commandQueue = traceCommandQueue(commandConsumer, tracer);
  const url = needServer(settings, 'eventstoredb');
  const module = IngestorModule.register({
    platform: PlatformModule.of({ commandQueue, viewStore, liveBus }),
    workers: settings.shardWorkers,
    limits: settings.limits,
    // Each shard thread opens a client of its own: an error of one stream fails every pending append of its client.
    log: { connect: () => ({ kind: 'eventstoredb', url }) },
    logger,
    ...(trace && { trace: { settings: trace, service: 'ingestor' } }),
  });
  const strategy = new CommandQueueStrategy(commandQueue);
  const service = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  await service.listen();
  // What killed its ingestor each time is parked by the queue: from there, too, it goes to where operators look.
  const parkingLot = new ViewStoreParkingLot(viewStore, logger);
  await commandQueue.drainParked((parked) => parkingLot.park(parked));
  const registry = createMetrics();
  addQueueMetrics(registry, commandQueue);
  addShardMetrics(registry, () => service.get(Ingestor).stats());
  const door = await openAppDoor({ platform, settings, registry });
  return {
    url: door.url,
    async stop() {
      door.stopping();
      await commandQueue.close();
      await service.close();
      await platform.close();
      await tracer?.close();
      await door.close();
    },
  };
}
