/** Starts analytics on a thread of its own within the embedded platform. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { serveCommandQueue, serveLiveBus, type MemoryLiveBus } from '#adapters/memory';
import type { SqliteEventLogConnection } from '#adapters/sqlite';
import type { LogLevel } from '#platform';
import type { CommandQueue } from '#ports';
import type { NotifySettings } from './alerts/notify/notifier.js';
import type { AnalyticsWorkerData } from './analytics.worker.js';

export interface AnalyticsThreadConfig {
  dir: string;
  /** Made for this thread: `ThreadedSqliteEventLog.connect()`. */
  log: SqliteEventLogConnection;
  /** To the thread that has the series. */
  series: MessagePort;
  /** What comes through it is worked on; `connectWorkQueue` takes the other side. */
  work: MessagePort;
  live: MemoryLiveBus;
  commands: CommandQueue;
  /** Analyses computed at once, each on a thread of its own. */
  workers: number;
  /** Numbers that one of them reads at most. */
  valuesMax: number;
  logLevel: LogLevel;
  notify: NotifySettings;
}

export interface AnalyticsThread {
  /** Resolves with the error if the thread dies by itself. */
  died: Promise<Error>;
  /** Nothing before it takes work. */
  figures(): Record<string, number>;
  stop(): Promise<void>;
}

/** It needs a moment until it takes work; nobody has to wait for that. */
export function startAnalyticsThread(config: AnalyticsThreadConfig): AnalyticsThread {
  const { dir, log, series, work, live, commands, workers, valuesMax, logLevel, notify } = config;
  const [liveChannel, commandChannel] = [new MessageChannel(), new MessageChannel()];
  const workerData: AnalyticsWorkerData = {
    dir,
    log,
    seriesPort: series,
    livePort: liveChannel.port1,
    commandPort: commandChannel.port1,
    workPort: work,
    workers,
    valuesMax,
    logLevel,
    notify,
  };
  const worker = new Worker(new URL('./analytics.worker.js', import.meta.url), {
    name: 'analytics',
    workerData,
    transferList: [log.port, series, work, liveChannel.port1, commandChannel.port1],
  });
  let stopping = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let figures: Record<string, number> = {};
  worker.on('message', (told: Record<string, number>) => (figures = told));
  const ready = new Promise<void>((resolve) => worker.once('message', () => resolve()));
  const died = new Promise<Error>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', (code) => !stopping && resolve(new Error(`the analytics thread ended with code ${code}`)));
  });
  const stopServing = [serveLiveBus(live, liveChannel.port2), serveCommandQueue(commands, commandChannel.port2)];
  return {
    died,
    figures: () => figures,
    async stop() {
      stopping = true;
      await Promise.race([ready, exited]);
      worker.postMessage('stop');
      await exited;
      for (const stop of stopServing) stop();
    },
  };
}
