/** Starts the shards and the way to them: step 3 of the journey, from the thread that takes commands in. */
import {
  openWorkerThreadHost,
  type HostLimits,
  type RuntimeLimits,
  type ShardPlace,
  type ShardStatsView,
  type ShardWorkerData,
  type WorkerThreadHost,
  type WorkerThreadHostOptions,
} from '#actors';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { ViewStore } from '#ports';
import type { DeviceLimits } from './actors/device.behaviour.js';
import { transferable, type ShardData, type ShardLogConnection } from './actors/shard-log.js';
import { ViewStoreParkingLot } from './dispatch/view-store-parking-lot.js';

export interface IngestorLogger {
  warn(fields: object, message: string): void;
}

/** How the shards reach the log: each by a connection of its own, made for every start of its thread; or the only one on the thread that writes it. */
export type WayToLog = { connect(): ShardLogConnection } | { lodge(data: ShardWorkerData): ShardPlace };

export interface IngestorOptions {
  /** Shards; 1 where it lodges. */
  workers: number;
  limits: DeviceLimits & {
    mailboxCommandsMax?: number;
    inFlightBytesMax?: number;
    parkAfterTries?: number;
    /** In the whole process. */
    entitiesInMemoryMax?: number;
    idleMinutes?: number;
    snapshotEveryEvents?: number;
  };
  /** Where parked commands go. */
  views: ViewStore;
  log: WayToLog;
  logger: IngestorLogger;
  /** Absent where nothing is traced; `service` names the process. */
  trace?: ShardData['trace'];
  /** Node's options for the threads, and the heap that each may fill before it dies alone. */
  threads?: Pick<WorkerThreadHostOptions, 'execArgv' | 'heapMbMax'>;
}

export async function startIngestor({ workers, limits, views, log, logger, trace, threads }: IngestorOptions): Promise<Ingestor> {
  const host = await openWorkerThreadHost({
    ...threads,
    workers,
    workerUrl: new URL('./actors/shard.worker.js', import.meta.url),
    workerData: () => {
      const { readingsPerRequestMax, fieldsPerSchemaMax } = limits;
      const data: ShardData = { limits: { readingsPerRequestMax, fieldsPerSchemaMax }, ...(trace && { trace }) };
      if ('lodge' in log) return { data };
      const connection = log.connect();
      return { data: { ...data, log: connection }, transferList: transferable(connection) };
    },
    ...('lodge' in log && { place: (data: ShardWorkerData) => log.lodge(data) }),
    parkingLot: new ViewStoreParkingLot(views, logger),
    limits: runtimeLimits(limits, workers),
    host: defined<HostLimits>({ inFlightBytesMax: limits.inFlightBytesMax }),
    onDeath: ({ error, ...death }) => logger.warn({ ...death, error: String(error) }, 'a shard thread died; it is started again'),
  });
  return new Ingestor(host);
}

/** What the api, the health check and the operator ask the ingestor. */
export class Ingestor {
  constructor(private readonly host: WorkerThreadHost) {}

  dispatch(batch: CommandEnvelope[]): Promise<CommandAnswer>[] {
    return this.host.dispatch(batch);
  }

  /** One entry a shard thread. */
  stats(): ShardStatsView[] {
    return this.host.stats();
  }

  kill(worker: number): Promise<void> {
    return this.host.kill(worker);
  }

  /** Refuses what is new, finishes what was taken, writes snapshots. */
  stop(): Promise<void> {
    return this.host.close();
  }
}

function runtimeLimits(limits: IngestorOptions['limits'], workers: number): Partial<RuntimeLimits> {
  const { mailboxCommandsMax, parkAfterTries, snapshotEveryEvents, idleMinutes, entitiesInMemoryMax } = limits;
  return defined<RuntimeLimits>({
    mailboxCommandsMax,
    parkAfterTries,
    snapshotEveryEvents,
    idleMs: idleMinutes === undefined ? undefined : idleMinutes * 60_000,
    entitiesMax: entitiesInMemoryMax === undefined ? undefined : Math.max(1, Math.ceil(entitiesInMemoryMax / workers)),
  });
}

/** Without the members that are undefined: they would hide the defaults. */
function defined<T extends object>(limits: Partial<T>): Partial<T> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as Partial<T>;
}
