/** Wires the api: ports and settings in, controllers and handlers out. */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { createMemoryRateLimiter, createMemoryWorkQueue } from '#adapters/memory';
import type { ShardSource } from '#platform';
import { CommandQueue, EventLog, LiveBus, RateLimiter, SeriesStore, ViewStore, WorkQueue } from '#ports';
import { Admission } from './admission/admission.js';
import { AdmissionGuard } from './admission/admission.guard.js';
import { KeyRing } from './admission/key-ring.js';
import { Passwords } from './admission/passwords.js';
import { SignInLimit } from './admission/sign-in-limit.js';
import { ALERT_PROVIDERS } from './alerts/index.js';
import { Analyses } from './analyses/analyses.js';
import { AnalysisWishes } from './analyses/read-request.js';
import { COMMAND_HANDLERS } from './commands/index.js';
import { CommandSender } from './commands/shared/command-sender.js';
import { Devices } from './commands/shared/devices.js';
import { Once } from './commands/shared/once.js';
import { Progress } from './commands/shared/progress.js';
import { CONTROLLERS } from './doors/rest/controllers/index.js';
import { RunOnce } from './doors/rest/run-once.js';
import { LiveServer } from './live/live-server.js';
import { OPERATOR_PROVIDERS } from './operator/index.js';
import { QUERY_HANDLERS } from './queries/index.js';
import { AsOf } from './queries/shared/as-of.js';
import { KnownParts } from './queries/shared/known-parts.js';
import { type ApiSettings, CLOCK, type Clock, LOG, type Log, SECRET, SETTINGS, SHARDS } from './tokens.js';

export interface ApiPorts {
  eventLog: EventLog;
  commandQueue: CommandQueue;
  seriesStore: SeriesStore;
  viewStore: ViewStore;
  liveBus: LiveBus;
  /** Left out: the limits of this process alone. */
  rateLimiter?: RateLimiter;
  /** Left out: workers look for analyses by themselves, about once a second. */
  workQueue?: WorkQueue;
}

export interface ApiConfig {
  ports: ApiPorts;
  settings: ApiSettings;
  /** 32 bytes: what keyed answers derive their ids and secrets from. */
  secret: Buffer;
  log: Log;
  clock: Clock;
  shards: ShardSource;
}

@Module({})
export class ApiModule {
  static register({ ports, settings, secret, log, clock, shards }: ApiConfig): DynamicModule {
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: CONTROLLERS,
      providers: [
        { provide: EventLog, useValue: ports.eventLog },
        { provide: CommandQueue, useValue: ports.commandQueue },
        { provide: SeriesStore, useValue: ports.seriesStore },
        { provide: ViewStore, useValue: ports.viewStore },
        { provide: LiveBus, useValue: ports.liveBus },
        { provide: RateLimiter, useValue: ports.rateLimiter ?? createMemoryRateLimiter() },
        { provide: WorkQueue, useValue: ports.workQueue ?? createMemoryWorkQueue() },
        { provide: SETTINGS, useValue: settings },
        { provide: SECRET, useValue: secret },
        { provide: LOG, useValue: log },
        { provide: CLOCK, useValue: clock },
        { provide: SHARDS, useValue: shards },
        { provide: APP_GUARD, useClass: AdmissionGuard },
        ...[Admission, KeyRing, Passwords, SignInLimit],
        ...[CommandSender, Devices, Once, Progress, RunOnce],
        ...[AsOf, KnownParts, LiveServer],
        ...[Analyses, AnalysisWishes],
        ...ALERT_PROVIDERS,
        ...OPERATOR_PROVIDERS,
        ...COMMAND_HANDLERS,
        ...QUERY_HANDLERS,
      ],
    };
  }
}
