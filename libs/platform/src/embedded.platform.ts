/** The embedded platform's adapters as the main thread sees them; the projector's thread brings the series. */
import { createEmbeddedCommandQueue, createLiveBus, type EmbeddedCommandQueue, type MemoryLiveBus } from '#adapters/memory';
import { LogInUseError, openSqliteViewStore, openThreadedSqliteEventLog, type ThreadedSqliteEventLog } from '#adapters/sqlite';
import type { ViewStore } from '#ports';
import { prepareDataDir, secretOf } from './data-dir.js';
import type { Logger } from './logging.js';
import { SettingsError, type Settings } from './settings.js';

export interface EmbeddedAdapters {
  eventLog: ThreadedSqliteEventLog;
  commandQueue: EmbeddedCommandQueue;
  viewStore: ViewStore;
  liveBus: MemoryLiveBus;
  /** The server's own, kept in the data folder. */
  secret: Buffer;
  /** In the order that nobody loses what it still needs. */
  close(): Promise<void>;
}

/** Throws `SettingsError` where the data folder cannot be used. */
export async function openEmbeddedAdapters(settings: Settings, logger: Logger): Promise<EmbeddedAdapters> {
  const { dataDir: dir, durability, limits } = settings;
  const { secret: own } = prepareDataDir(dir);
  const secret = settings.secret === undefined ? own : secretOf(settings.secret);
  const onWriterDeath = ({ error, restartInMs }: { error: Error; restartInMs: number }) =>
    logger.error({ error: String(error), restartInMs }, 'the log writer died; it is started again');
  // The log first: it holds the folder, and nothing else is touched where another process has it.
  const eventLog = await openThreadedSqliteEventLog({ dir, durability, onWriterDeath }).catch((error: unknown) => {
    if (error instanceof LogInUseError)
      throw new SettingsError(`the data folder ${dir} is in use by another thingsIO; stop it, or choose another folder with --data`);
    throw error;
  });
  const viewStore = await openSqliteViewStore({ dir });
  const liveBus = createLiveBus({ onError: (error) => logger.error({ error: String(error) }, 'a live subscriber failed') });
  return {
    eventLog,
    viewStore,
    liveBus,
    commandQueue: createEmbeddedCommandQueue({ bytesMax: limits.inFlightBytesMax }),
    secret,
    async close() {
      await viewStore.close();
      await liveBus.close();
      await eventLog.close();
    },
  };
}
