/** The parts that are Nest applications. To load them takes most of a start, so `embedded.ts` lets the threads load theirs meanwhile. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { PlatformModule, traceSettingsOf, type EmbeddedAdapters, type Logger, type Settings } from '#platform';
import { CommandQueueStrategy } from '../../ingestor/src/dispatch/command-queue.strategy.js';
import { IngestorModule } from '../../ingestor/src/ingestor.module.js';

export { createApi } from '../../api/src/index.js';
export { Ingestor } from '../../ingestor/src/start-ingestor.js';

export async function startIngestorService(settings: Settings, adapters: EmbeddedAdapters, logger: Logger) {
  const { eventLog, commandQueue, viewStore, liveBus } = adapters;
  const trace = traceSettingsOf(settings);
  const module = IngestorModule.register({
    platform: PlatformModule.of({ commandQueue, viewStore, liveBus }),
    workers: settings.shardWorkers,
    limits: settings.limits,
    log: eventLog.takesLodger ? { lodge: (data) => eventLog.lodge(data) } : { connect: () => ({ kind: 'sqlite', ...eventLog.connect() }) },
    logger,
    ...(trace && { trace: { settings: trace, service: 'embedded' } }),
  });
  const service = await NestFactory.createMicroservice(module, {
    strategy: new CommandQueueStrategy(commandQueue),
    logger: false,
    abortOnError: false,
  });
  await service.listen();
  return service;
}
