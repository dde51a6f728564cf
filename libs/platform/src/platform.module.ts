/** Makes opened ports injectable by their class: the same for every platform and every app. */
import 'reflect-metadata';
import { type DynamicModule, Module } from '@nestjs/common';
import { CommandQueue, EventLog, LiveBus, RateLimiter, SeriesGenerations, SeriesStore, ViewStore, WorkQueue } from '#ports';

export interface Ports {
  eventLog?: EventLog;
  commandQueue?: CommandQueue;
  seriesStore?: SeriesStore;
  series?: SeriesGenerations;
  viewStore?: ViewStore;
  liveBus?: LiveBus;
  rateLimiter?: RateLimiter;
  workQueue?: WorkQueue;
}

@Module({})
export class PlatformModule {
  /** Provides and exports the ports given; an app that needs another fails at its start, by name. */
  static of(ports: Ports): DynamicModule {
    const tokens = [
      [EventLog, ports.eventLog],
      [CommandQueue, ports.commandQueue],
      [SeriesStore, ports.seriesStore],
      [SeriesGenerations, ports.series],
      [ViewStore, ports.viewStore],
      [LiveBus, ports.liveBus],
      [RateLimiter, ports.rateLimiter],
      [WorkQueue, ports.workQueue],
    ] as const;
    const providers = tokens.flatMap(([provide, useValue]) => (useValue === undefined ? [] : [{ provide, useValue }]));
    return { module: PlatformModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
