/** Starts the projector on a thread of its own, and gives the main thread what it needs of it. */
import { MessageChannel, Worker } from 'node:worker_threads';
import { connectSeriesStore } from '#adapters/duckdb';
import { serveLiveBus, type MemoryLiveBus } from '#adapters/memory';
import type { SqliteEventLogConnection } from '#adapters/sqlite';
import type { LogLevel } from '#platform';
import type { SeriesStore } from '#ports';
import type { FromProjectorWorker, ProjectorWorkerData, ToProjectorWorker } from './projector.worker.js';

export interface ProjectorThreadConfig {
  dir: string;
  /** Made for this thread: `ThreadedSqliteEventLog.connect()`. */
  log: SqliteEventLogConnection;
  /** The bus of the main thread; the projector publishes to it. */
  live: MemoryLiveBus;
  logLevel: LogLevel;
}

export interface ProjectorThread {
  /** Queries go to the projector's thread, which alone has DuckDB open. */
  series: SeriesStore;
  /** Resolves with the error if the thread dies by itself. The process should then end and be started again: DuckDB can be
   *  opened once a process, and a dead thread does not give it back. */
  died: Promise<Error>;
  /** Stores what it has in hand, closes its stores; what is not projected yet will be after the next start. */
  stop(): Promise<void>;
}

/** Resolves when the lanes run. */
export async function startProjectorThread({ dir, log, live, logLevel }: ProjectorThreadConfig): Promise<ProjectorThread> {
  const seriesChannel = new MessageChannel();
  const liveChannel = new MessageChannel();
  const data: ProjectorWorkerData = { dir, log, seriesPort: seriesChannel.port1, livePort: liveChannel.port1, logLevel };
  const transferList = [log.port, seriesChannel.port1, liveChannel.port1];
  const worker = new Worker(new URL('./projector.worker.js', import.meta.url), { workerData: data, transferList, name: 'projector' });
  const stopServing = serveLiveBus(live, liveChannel.port2);
  const series = connectSeriesStore(seriesChannel.port2);
  let stopping = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const died = new Promise<Error>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', (code) => !stopping && resolve(new Error(`the projector thread ended with code ${code}`)));
  });
  const ready = new Promise<void>((resolve) => {
    worker.on('message', ({ type }: FromProjectorWorker) => type === 'ready' && resolve());
  });
  const failure = await Promise.race([ready, died]);
  if (failure) throw failure;
  return {
    series,
    died,
    async stop() {
      stopping = true;
      worker.postMessage({ type: 'stop' } satisfies ToProjectorWorker);
      await exited;
      await series.close();
      stopServing();
    },
  };
}
