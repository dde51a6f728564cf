/** Analytics as a Nest module, for a process of its own: the platform provides the ports by their class. */
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { CommandQueue, EventLog, LiveBus, SeriesStore, ViewStore, WorkQueue } from '#ports';
import { startAnalytics, type Analytics, type AnalyticsSettings } from './start-analytics.js';

const ANALYTICS_SETTINGS = Symbol('AnalyticsSettings');

/** Starts when all ports are open, stops before they close. */
export class AnalyticsLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private analytics: Analytics | undefined;

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(LiveBus) private readonly live: LiveBus,
    @Inject(CommandQueue) private readonly commands: CommandQueue,
    @Inject(WorkQueue) private readonly work: WorkQueue,
    @Inject(ANALYTICS_SETTINGS) private readonly settings: AnalyticsSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log, views, series, live, commands, work, settings } = this;
    this.analytics = await startAnalytics({ log, views, series, live, commands, work }, settings);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.analytics?.stop();
  }

  /** Nothing before the start. */
  figures(): Record<string, number> {
    return this.analytics?.figures() ?? {};
  }
}

@Module({})
export class AnalyticsModule {
  /** `platform` exports the six ports. */
  static register(platform: Type | DynamicModule, settings: AnalyticsSettings): DynamicModule {
    return {
      module: AnalyticsModule,
      imports: [platform],
      providers: [AnalyticsLifecycle, { provide: ANALYTICS_SETTINGS, useValue: settings }],
      exports: [AnalyticsLifecycle],
    };
  }
}
