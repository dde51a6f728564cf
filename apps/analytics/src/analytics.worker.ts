/** The embedded platform's analytics thread: takes analyses and has them computed on threads of their own. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { connectCommandQueue, connectLiveBus, createMemoryWorkQueue, receiveWork } from '#adapters/memory';
import { connectSqliteEventLog, openSqliteViewStore, type SqliteEventLogConnection } from '#adapters/sqlite';
import type { LogLevel } from '#platform';
// Not by `#adapters/duckdb` and `#platform`, which load DuckDB and Nest: this thread needs neither.
import { connectSeriesStore } from '../../../libs/adapters/src/duckdb/series-store-port.js';
import { createLogger } from '../../../libs/platform/src/logging.js';
import type { NotifySettings } from './alerts/notify/notifier.js';
import { startAnalytics } from './start-analytics.js';

export interface AnalyticsWorkerData {
  dir: string;
  log: SqliteEventLogConnection;
  seriesPort: MessagePort;
  livePort: MessagePort;
  commandPort: MessagePort;
  workPort: MessagePort;
  workers: number;
  valuesMax: number;
  logLevel: LogLevel;
  notify: NotifySettings;
}

/** A scrape sees figures no older than this. */
const FIGURES_EVERY_MS = 1_000;

const data = workerData as AnalyticsWorkerData;
const logger = createLogger('analytics', data.logLevel);
const log = connectSqliteEventLog(data.log);
const live = connectLiveBus(data.livePort, {
  onError: (error) => logger.error({ error: String(error) }, 'a live subscriber failed'),
});
const views = await openSqliteViewStore({ dir: data.dir });
const series = connectSeriesStore(data.seriesPort);
const commands = connectCommandQueue(data.commandPort);
const work = createMemoryWorkQueue();
receiveWork(data.workPort, work);

const analytics = await startAnalytics(
  { log, views, series, live, commands, work },
  { parts: 1, workers: data.workers, valuesMax: data.valuesMax, logger, now: Date.now, notify: data.notify },
);
const tellFigures = (): void => parentPort!.postMessage(analytics.figures());
// The first says that work is taken.
tellFigures();
const telling = setInterval(tellFigures, FIGURES_EVERY_MS);
parentPort!.once('message', async () => {
  clearInterval(telling);
  await analytics.stop();
  await Promise.all([commands.close(), series.close(), views.close(), live.close(), log.close()]);
  data.workPort.close();
  parentPort!.close();
});
