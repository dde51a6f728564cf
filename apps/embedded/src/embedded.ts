/** Opens the embedded adapters, starts the apps over them, and stops all of it in the other order. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { type Logger, openEmbeddedAdapters, PlatformModule, type EmbeddedAdapters, type Settings } from '#platform';
import { createApi } from '../../api/src/index.js';
import { CommandQueueStrategy } from '../../ingestor/src/dispatch/command-queue.strategy.js';
import { IngestorModule } from '../../ingestor/src/ingestor.module.js';
import { startProjectorThread } from '../../projector/src/projector-thread.js';

export interface EmbeddedPlatform {
  url: string;
  /** Resolves when a part died that cannot be started again within this process. */
  died: Promise<Error>;
  /** Refuses what is new, stores what was accepted, then closes everything. */
  stop(): Promise<void>;
}

/** Resolves when requests are taken. Throws `SettingsError` for what the user can mend. */
export async function startEmbedded(settings: Settings, logger: Logger): Promise<EmbeddedPlatform> {
  const adapters = await openEmbeddedAdapters(settings, logger);
  const { eventLog, commandQueue, viewStore, liveBus, secret } = adapters;
  const undo = [() => adapters.close()];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const [projector, ingestor] = await Promise.all([
      startProjectorThread({ dir: settings.dataDir, log: eventLog.connect(), live: liveBus, logLevel: settings.logLevel }),
      startIngestorService(settings, adapters, logger),
    ]);
    undo.push(() => projector.stop());
    undo.push(async () => {
      await commandQueue.close();
      await ingestor.close();
    });
    const api = await createApi({ ports: { eventLog, commandQueue, seriesStore: projector.series, viewStore, liveBus }, settings, secret });
    undo.push(() => api.close());
    return { url: await api.listen(), died: projector.died, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startIngestorService(settings: Settings, adapters: EmbeddedAdapters, logger: Logger) {
  const { eventLog, commandQueue, viewStore } = adapters;
  const module = IngestorModule.register({
    platform: PlatformModule.of({ viewStore }),
    workers: settings.shardWorkers,
    limits: settings.limits,
    connectLog: () => ({ kind: 'sqlite', ...eventLog.connect() }),
    logger,
  });
  const service = await NestFactory.createMicroservice(module, {
    strategy: new CommandQueueStrategy(commandQueue),
    logger: false,
    abortOnError: false,
  });
  await service.listen();
  return service;
}
