/** The projector as a Nest module, for a process of its own: the platform provides the four ports by their class. */
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown, type Type } from '@nestjs/common';
import type { ProjectionFigures } from '#contracts';
import { EventLog, LiveBus, SeriesStore, ViewStore } from '#ports';
import { startProjector, type Projector, type ProjectorLogger } from './start-projector.js';

export const PROJECTOR_LOGGER = Symbol('ProjectorLogger');

/** Starts when all ports are open, stops before they close. */
export class ProjectorLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private projector: Projector | undefined;

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(LiveBus) private readonly live: LiveBus,
    @Inject(PROJECTOR_LOGGER) private readonly logger: ProjectorLogger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log, views, series, live, logger } = this;
    this.projector = await startProjector({ log, views, series, live }, { logger, now: Date.now });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.projector?.stop();
  }

  /** Nothing before the start. */
  async figures(): Promise<ProjectionFigures[]> {
    return (await this.projector?.figures()) ?? [];
  }
}

@Module({})
export class ProjectorModule {
  /** `platform` exports `EventLog`, `ViewStore`, `SeriesStore` and `LiveBus`. */
  static register(platform: Type | DynamicModule, logger: ProjectorLogger): DynamicModule {
    return {
      module: ProjectorModule,
      imports: [platform],
      providers: [ProjectorLifecycle, { provide: PROJECTOR_LOGGER, useValue: logger }],
      exports: [ProjectorLifecycle],
    };
  }
}
