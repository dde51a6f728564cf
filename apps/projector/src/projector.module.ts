/** The projector as a Nest module, for a process of its own: the platform provides the four ports by their class. */
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown, type Type } from '@nestjs/common';
import type { ProjectionFigures } from '#contracts';
import { EventLog, LiveBus, SeriesGenerations, ViewStore } from '#ports';
import { startProjector, type Projector, type ProjectorSettings } from './start-projector.js';

const PROJECTOR_OPTIONS = Symbol('ProjectorOptions');

export type ProjectorOptions = Pick<ProjectorSettings, 'logger' | 'parts' | 'process' | 'tracer'>;

/** Starts when all ports are open, stops before they close. */
export class ProjectorLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private projector: Projector | undefined;

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SeriesGenerations) private readonly series: SeriesGenerations,
    @Inject(LiveBus) private readonly live: LiveBus,
    @Inject(PROJECTOR_OPTIONS) private readonly options: ProjectorOptions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log, views, series, live, options } = this;
    this.projector = await startProjector({ log, views, series, live }, { ...options, shared: true, now: Date.now });
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
  /** `platform` exports `EventLog`, `ViewStore`, `SeriesGenerations` and `LiveBus`. */
  static register(platform: Type | DynamicModule, options: ProjectorOptions): DynamicModule {
    return {
      module: ProjectorModule,
      imports: [platform],
      providers: [ProjectorLifecycle, { provide: PROJECTOR_OPTIONS, useValue: options }],
      exports: [ProjectorLifecycle],
    };
  }
}
