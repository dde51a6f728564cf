/** Supervisor of the shard threads: deals entities to them by the hash of their stream, bounds what is in flight, restarts what dies. Runs on the
 *  thread that takes commands in; nothing is parsed here. */
import { randomUUID } from 'node:crypto';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { refusal, stoppingRefusal } from '../delivery.js';
import { DEFAULT_RUNTIME_LIMITS, type RuntimeLimits } from '../limits.js';
import { dealShards, shardOf } from '../shards.js';
import { DEFAULT_HOST_LIMITS, weightOf, type ActorHost, type HostLimits } from './actor-host.js';
import { ShardThread, type ShardThreadOptions } from './shard-thread.js';

export interface WorkerThreadHostOptions extends Pick<
  ShardThreadOptions,
  'workerUrl' | 'workerData' | 'parkingLot' | 'heapMbMax' | 'execArgv' | 'place'
> {
  /** Threads; at least 1. */
  workers: number;
  limits?: Partial<RuntimeLimits>;
  host?: Partial<HostLimits>;
  now?: () => number;
  /** For the log of the process. */
  onDeath?: ShardThreadOptions['onDeath'];
}

/** Looks at a thread in one `decideMsMax`. */
const WATCHES = 4;

export interface WorkerThreadHost extends ActorHost {
  /** Ends a thread as a crash would: for tests. */
  kill(worker: number): Promise<void>;
}

/** Resolves when every thread takes commands; rejects where one cannot start. */
export async function openWorkerThreadHost(options: WorkerThreadHostOptions): Promise<WorkerThreadHost> {
  const { workers, limits, host, now = Date.now, onDeath = () => undefined, ...rest } = options;
  const writerEpoch = randomUUID();
  const hostLimits = { ...DEFAULT_HOST_LIMITS, ...host };
  const runtimeLimits = { ...DEFAULT_RUNTIME_LIMITS, ...limits };
  const threads = Array.from(
    { length: Math.max(1, workers) },
    (_, shard) =>
      new ShardThread({ ...rest, shard, writerEpoch, limits: runtimeLimits, decideMsMax: hostLimits.decideMsMax, now, onDeath }),
  );
  try {
    await Promise.all(threads.map((thread) => thread.open()));
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.close()));
    throw error;
  }
  return new Supervisor(threads, hostLimits);
}

class Supervisor implements WorkerThreadHost {
  private readonly table: Uint8Array;
  private readonly watch: NodeJS.Timeout;
  private inFlightBytes = 0;
  private inFlight = 0;
  private stopping = false;
  private whenQuiet: (() => void) | undefined;

  constructor(
    private readonly threads: ShardThread[],
    private readonly limits: HostLimits,
  ) {
    this.table = dealShards(threads.length);
    this.watch = setInterval(() => threads.forEach((thread) => thread.watch()), limits.decideMsMax / WATCHES);
    this.watch.unref();
  }

  dispatch(batch: CommandEnvelope[]): Promise<CommandAnswer>[] {
    return batch.map((envelope) => this.dispatchOne(envelope));
  }

  stats() {
    return this.threads.map((thread, shard) => thread.stats.view(shard, thread.restarts, thread.up));
  }

  async kill(worker: number): Promise<void> {
    await this.threads[worker]!.kill();
  }

  async close(): Promise<void> {
    this.stopping = true;
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.whenQuiet = resolve));
    clearInterval(this.watch);
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private dispatchOne(envelope: CommandEnvelope): Promise<CommandAnswer> {
    const { inFlightBytesMax, retryAfterMs } = this.limits;
    if (this.stopping) return Promise.resolve(stoppingRefusal(retryAfterMs));
    const weight = weightOf(envelope);
    if (this.inFlight > 0 && this.inFlightBytes + weight > inFlightBytesMax) {
      return Promise.resolve(refusal('overload.queue-full', 'Too much is being taken in already.', retryAfterMs));
    }
    this.inFlightBytes += weight;
    this.inFlight++;
    return new Promise((resolve) => {
      const answered = (answer: CommandAnswer): void => {
        this.inFlightBytes -= weight;
        this.inFlight--;
        resolve(answer);
        if (this.inFlight === 0) this.whenQuiet?.();
      };
      this.threads[this.table[shardOf(envelope.stream)]!]!.send(envelope, answered);
    });
  }
}
