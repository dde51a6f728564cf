/** The ingestor as a Nest microservice: the platform provides the ports by their class; wiring only. */
import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { ViewStore } from '#ports';
import { CommandsController } from './dispatch/commands.controller.js';
import { OperatorFigures } from './operator-figures.js';
import { Ingestor, startIngestor, type IngestorOptions } from './start-ingestor.js';

/** Stops when the queue has handed over its last command, before the ports close. */
export class IngestorLifecycle implements OnApplicationShutdown {
  constructor(@Inject(Ingestor) private readonly ingestor: Ingestor) {}

  async onApplicationShutdown(): Promise<void> {
    await this.ingestor.stop();
  }
}

@Module({})
export class IngestorModule {
  /** `platform` exports `ViewStore`, `CommandQueue` and `LiveBus`. The transport is `CommandQueueStrategy`, on whichever queue the platform has. */
  static register({ platform, ...options }: Omit<IngestorOptions, 'views'> & { platform: Type | DynamicModule }): DynamicModule {
    const ingestor = { provide: Ingestor, inject: [ViewStore], useFactory: (views: ViewStore) => startIngestor({ ...options, views }) };
    return {
      module: IngestorModule,
      imports: [platform],
      controllers: [CommandsController],
      providers: [ingestor, IngestorLifecycle, OperatorFigures],
      exports: [Ingestor],
    };
  }
}
