/** The embedded platform's projector thread: owns DuckDB, writes `views.db`, and answers the series queries of other threads. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { openDuckDbSeries, serveSeriesStore } from '#adapters/duckdb';
import { connectLiveBus } from '#adapters/memory';
import { connectSqliteEventLog, openSqliteViewStore, type SqliteEventLogConnection } from '#adapters/sqlite';
import type { LogLevel } from '#platform';
// Not by `#platform`, which loads Nest: 0.2 s that this thread does not need to start.
import { createLogger } from '../../../libs/platform/src/logging.js';
import { openTracer, type TraceSettings } from '../../../libs/platform/src/tracing.js';
import { startProjector } from './start-projector.js';

export interface ProjectorWorkerData {
  dir: string;
  log: SqliteEventLogConnection;
  /** Asked for series by the other side of it. */
  seriesPort: MessagePort;
  /** To the bus on the main thread. */
  livePort: MessagePort;
  logLevel: LogLevel;
  /** Undefined where nothing is traced. */
  trace: TraceSettings | undefined;
}
/** `lend`: whoever has the other side of the port may ask for series, too. */
export type ToProjectorWorker = { type: 'start'; data: ProjectorWorkerData } | { type: 'lend'; port: MessagePort } | { type: 'stop' };
export type FromProjectorWorker = { type: 'ready' } | { type: 'stopped' };

const tell = (message: FromProjectorWorker): void => parentPort!.postMessage(message);
interface Running {
  stop(): Promise<void>;
  lend(port: MessagePort): void;
}
let running: Promise<Running> | undefined;

parentPort!.on('message', async (message: ToProjectorWorker) => {
  if (message.type === 'start') {
    running = start(message.data);
    await running;
    tell({ type: 'ready' });
  } else if (message.type === 'lend') {
    (await running)?.lend(message.port);
  } else {
    await (await running)?.stop();
    tell({ type: 'stopped' });
    parentPort!.close();
  }
});

/** Resolves to the way to stop, and to lend the series. */
async function start({ dir, log: connection, seriesPort, livePort, logLevel, trace }: ProjectorWorkerData): Promise<Running> {
  const logger = createLogger('projector', logLevel);
  const log = connectSqliteEventLog(connection);
  const live = connectLiveBus(livePort, { onError: (error) => logger.error({ error: String(error) }, 'a live subscriber failed') });
  const [views, series] = await Promise.all([openSqliteViewStore({ dir }), openDuckDbSeries({ dir })]);
  const served = [serveSeriesStore(series.store, seriesPort)];
  const tracer = await openTracer(trace, 'embedded');
  const projector = await startProjector({ log, views, series, live }, { logger, now: Date.now, tracer, roomsToldElsewhere: true });
  return {
    lend: (port) => void served.push(serveSeriesStore(series.store, port)),
    async stop() {
      await projector.stop();
      for (const one of served) one.close();
      await Promise.all([series.close(), views.close(), live.close(), log.close(), tracer?.close()]);
    },
  };
}
