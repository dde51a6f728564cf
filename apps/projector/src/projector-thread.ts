/** Starts the projector on a thread of its own, and gives the main thread what it needs of it. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { serveLiveBus, type MemoryLiveBus } from '#adapters/memory';
import type { SqliteEventLogConnection } from '#adapters/sqlite';
import type { LogLevel, TraceSettings } from '#platform';
import type { SeriesStore } from '#ports';
// Not by `#adapters/duckdb`, which loads DuckDB itself: only the projector's thread needs it.
import { connectSeriesStore } from '../../../libs/adapters/src/duckdb/series-store-port.js';
import type { FromProjectorWorker, ToProjectorWorker } from './projector.worker.js';

export interface ProjectorThreadConfig {
  dir: string;
  /** Made for this thread: `ThreadedSqliteEventLog.connect()`. */
  log: SqliteEventLogConnection;
  /** The bus of the main thread; the projector publishes to it. */
  live: MemoryLiveBus;
  logLevel: LogLevel;
  /** Undefined where nothing is traced. */
  trace?: TraceSettings | undefined;
}

export interface ProjectorThread {
  /** Queries go to the projector's thread, which alone has DuckDB open. */
  series: SeriesStore;
  /** The same for another thread: what `connectSeriesStore` takes there. */
  lendSeries(): MessagePort;
  /** Resolves with the error if the thread dies by itself. The process should then end and be started again: DuckDB can be
   *  opened once a process, and a dead thread does not give it back. */
  died: Promise<Error>;
  /** Stores what it has in hand, closes its stores; what is not projected yet will be after the next start. */
  stop(): Promise<void>;
}

/** A thread that has its code, or is loading it, and has opened nothing yet. */
export interface LoadedProjectorThread {
  /** Resolves when the lanes run. */
  start(config: ProjectorThreadConfig): Promise<ProjectorThread>;
  /** Instead of `start`, or where that failed. */
  abandon(): Promise<void>;
}

/** Begins to load the thread's code, which takes longer than what it does then: other things can be loaded meanwhile. */
export function loadProjectorThread(): LoadedProjectorThread {
  const worker = new Worker(new URL('./projector.worker.js', import.meta.url), { name: 'projector' });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let stopping = false;
  const died = new Promise<Error>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', (code) => !stopping && resolve(new Error(`the projector thread ended with code ${code}`)));
  });
  const stop = (): Promise<void> => {
    stopping = true;
    worker.postMessage({ type: 'stop' } satisfies ToProjectorWorker);
    return exited;
  };
  return {
    start: (config) => startThread({ worker, died, stop }, config),
    // Not by `terminate`: where DuckDB is just being loaded, that aborts the whole process.
    abandon: stop,
  };
}

interface Thread {
  worker: Worker;
  died: Promise<Error>;
  stop(): Promise<void>;
}

async function startThread(
  { worker, died, stop }: Thread,
  { dir, log, live, logLevel, trace }: ProjectorThreadConfig,
): Promise<ProjectorThread> {
  const seriesChannel = new MessageChannel();
  const liveChannel = new MessageChannel();
  const ready = new Promise<void>((resolve) => {
    worker.on('message', ({ type }: FromProjectorWorker) => type === 'ready' && resolve());
  });
  const data = { dir, log, seriesPort: seriesChannel.port1, livePort: liveChannel.port1, logLevel, trace };
  worker.postMessage({ type: 'start', data } satisfies ToProjectorWorker, [log.port, seriesChannel.port1, liveChannel.port1]);
  const stopServing = serveLiveBus(live, liveChannel.port2);
  const series = connectSeriesStore(seriesChannel.port2);
  const failure = await Promise.race([ready, died]);
  if (failure) throw failure;
  return {
    series,
    died,
    lendSeries() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ type: 'lend', port: port1 } satisfies ToProjectorWorker, [port1]);
      return port2;
    },
    async stop() {
      await stop();
      await series.close();
      stopServing();
    },
  };
}
