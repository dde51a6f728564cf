/** The embedded platform's adapters as the main thread sees them; the projector's thread brings the series. */
import { createEmbeddedCommandQueue, createLiveBus, type MemoryLiveBus } from '#adapters/memory';
import { LogInUseError, openSqliteViewStore, openThreadedSqliteEventLog, type ThreadedSqliteEventLog } from '#adapters/sqlite';
import { UnreadableStoreError, type CommandQueue, type ViewStore } from '#ports';
import { prepareDataDir, secretOf } from './data-dir.js';
import type { Logger } from './logging.js';
import { SettingsError, type Settings } from './settings.js';
import { openTracer, traceSettingsOf, type Tracer } from './tracing.js';
import { traceCommandQueue } from './tracing-queue.js';

export interface EmbeddedAdapters {
  eventLog: ThreadedSqliteEventLog;
  commandQueue: CommandQueue;
  viewStore: ViewStore;
  liveBus: MemoryLiveBus;
  /** The server's own, kept in the data folder. */
  secret: Buffer;
  /** Undefined where nothing is traced. */
  tracer: Tracer | undefined;
  /** In the order that nobody loses what it still needs. */
  close(): Promise<void>;
}

/** Throws `SettingsError` where the data folder cannot be used. `logThread` is what the log's thread runs where it takes a lodger. */
export async function openEmbeddedAdapters(settings: Settings, logger: Logger, logThread?: URL): Promise<EmbeddedAdapters> {
  const { dataDir: dir, durability, limits } = settings;
  const { secret: own } = prepareDataDir(dir);
  const secret = settings.secret === undefined ? own : secretOf(settings.secret);
  const onWriterDeath = ({ error, restartInMs }: { error: Error; restartInMs: number }) =>
    logger.error({ error: String(error), restartInMs }, 'the log writer died; it is started again');
  // The log first: it holds the folder, and nothing else is touched where another process has it.
  const eventLog = await openThreadedSqliteEventLog({ dir, durability, onWriterDeath, ...(logThread && { thread: logThread }) }).catch(
    (error: unknown) => {
      if (error instanceof LogInUseError)
        throw new SettingsError(`the data folder ${dir} is in use by another thingsIO; stop it, or choose another folder with --data`);
      throw new UnreadableStoreError(
        `log.db in ${dir} cannot be opened (${(error as Error).message}); where it is damaged, put a backup in its place: \`thingsio verify log\` says what of it is whole`,
        { cause: error },
      );
    },
  );
  const viewStore = await openSqliteViewStore({ dir });
  const liveBus = createLiveBus({ onError: (error) => logger.error({ error: String(error) }, 'a live subscriber failed') });
  const tracer = await openTracer(traceSettingsOf(settings), 'embedded');
  return {
    eventLog,
    viewStore,
    liveBus,
    commandQueue: traceCommandQueue(createEmbeddedCommandQueue({ bytesMax: limits.inFlightBytesMax }), tracer),
    secret,
    tracer,
    async close() {
      await viewStore.close();
      await liveBus.close();
      await eventLog.close();
      await tracer?.close();
    },
  };
}
