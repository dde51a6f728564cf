/** Opens the embedded adapters, starts the apps over them, and stops all of it in the other order. */
import { MessageChannel } from 'node:worker_threads';
import { connectWorkQueue } from '#adapters/memory';
import type { Logger, Settings } from '#platform';
// Not by `#platform`, which loads Nest: the threads are to be on their way before that.
import { openEmbeddedAdapters } from '../../../libs/platform/src/embedded.platform.js';
import { traceSettingsOf } from '../../../libs/platform/src/tracing.js';
import type { ShardSource } from '../../api/src/index.js';
import { notifySettings } from '../../analytics/src/alerts/notify/notifier.js';
import { startAnalyticsThread } from '../../analytics/src/analytics-thread.js';
import { startLiveFanOut, VIEWS_WAIT_MS_MAX } from '../../projector/src/live/live-fan-out.js';
import { loadProjectorThread } from '../../projector/src/projector-thread.js';
import { sayTrouble } from '../../projector/src/subscription/retry.js';

export interface EmbeddedPlatform {
  url: string;
  /** Resolves when a part died that cannot be started again within this process. */
  died: Promise<Error>;
  /** Refuses what is new, stores what was accepted, then closes everything. */
  stop(): Promise<void>;
}

/** Of the log's writer, where a shard lives with it. */
const LOG_AND_SHARD = new URL('../../ingestor/src/actors/log-and-shard.worker.js', import.meta.url);

/** What runs, in the order in which it stops. */
const PARTS = ['api', 'live', 'analytics', 'ingestor', 'projector', 'adapters'] as const;
type Part = (typeof PARTS)[number];

/** Resolves when requests are taken. Throws `SettingsError` for what the user can mend. */
export async function startEmbedded(settings: Settings, logger: Logger): Promise<EmbeddedPlatform> {
  const running: Partial<Record<Part, () => Promise<void>>> = {};
  const stop = async () => {
    for (const part of PARTS) {
      const stopPart = running[part];
      delete running[part];
      await stopPart?.();
    }
  };
  try {
    const { url, died } = await startParts(settings, logger, running);
    return { url, died, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(settings: Settings, logger: Logger, running: Partial<Record<Part, () => Promise<void>>>) {
  const thread = loadProjectorThread();
  running.projector = () => thread.abandon();
  const loading = import('./nest-apps.js');
  // One shard decides no faster while the log is written beside it, where there are two cores for all threads; but each command would wake both.
  const adapters = await openEmbeddedAdapters(settings, logger, settings.shardWorkers === 1 ? LOG_AND_SHARD : undefined);
  running.adapters = () => adapters.close();
  const { eventLog, commandQueue, viewStore, liveBus, secret, tracer } = adapters;
  const { dataDir: dir, logLevel } = settings;
  const trace = traceSettingsOf(settings);
  const startingProjector = thread.start({ dir, log: eventLog.connect(), live: liveBus, logLevel, trace });
  // It may fail while something else is waited for; who waits for it below is told.
  startingProjector.catch(() => undefined);
  const { createApi, Ingestor, startIngestorService } = await loading;
  let shards: ShardSource = () => [];
  let analyses: () => Record<string, number> = () => ({});
  const startingIngestor = startIngestorService(settings, adapters, logger).then((ingestor) => {
    shards = () => ingestor.get(Ingestor).stats();
    running.ingestor = async () => {
      await commandQueue.close();
      await ingestor.close();
    };
  });
  const work = new MessageChannel();
  const startingApi = startingProjector.then(async (projector) => {
    running.projector = () => projector.stop();
    const api = await createApi({
      ports: { eventLog, commandQueue, seriesStore: projector.series, viewStore, liveBus, workQueue: connectWorkQueue(work.port2) },
      settings,
      secret,
      tracer,
      shards: () => shards(),
      analyses: () => analyses(),
    });
    running.api = () => api.close();
    return { api, projector };
  });
  // Where one fails the other is waited for: what still starts cannot be stopped.
  await Promise.allSettled([startingIngestor, startingApi]);
  await startingIngestor;
  const { api, projector } = await startingApi;
  // Here, where the sockets are, and not on the projector's thread: what is durable is told without waiting for a batch being projected.
  const fanOut = startLiveFanOut({
    log: eventLog,
    live: liveBus,
    head: await eventLog.head(),
    owns: () => true,
    viewsShow: async ({ position, stream }) => void (await api.progress.until(position, stream, 'views', VIEWS_WAIT_MS_MAX)),
    trouble: sayTrouble(logger, 'live'),
    tracer,
  });
  running.live = () => fanOut.close();
  const url = await api.listen();
  // Last, and not waited for: nobody can have asked for an analysis yet.
  const analytics = startAnalyticsThread({
    dir,
    log: eventLog.connect(),
    series: projector.lendSeries(),
    work: work.port1,
    live: liveBus,
    commands: commandQueue,
    workers: settings.analyticsWorkers,
    valuesMax: settings.limits.analysisValuesMax,
    logLevel,
    notify: notifySettings(settings.notifications),
  });
  analyses = () => analytics.figures();
  running.analytics = () => analytics.stop();
  return { url, died: Promise.race([projector.died, analytics.died]) };
}
