/** Where the code of a shard runs, as its supervisor sees it: a thread of its own, or one that it shares. */
import { Worker, type Transferable, type WorkerOptions } from 'node:worker_threads';
import type { FromShard, ShardWorkerData, ToShard } from './wire.js';

export interface ShardPlace {
  post(message: ToShard, transfer?: readonly Transferable[]): void;
  /** `take` is called with each message; `ended` once, when there is no thread any more, with what it died of where that is known. */
  listen(take: (message: FromShard) => void, ended: (error?: unknown) => void): void;
  /** Ends the thread as a crash would. */
  kill(): Promise<void>;
  /** The shard has stopped; its thread ends with it where it is its own. */
  leave(): Promise<void> | void;
}

export interface OwnThreadOptions {
  workerUrl: URL;
  workerData: ShardWorkerData;
  transferList: NonNullable<WorkerOptions['transferList']>;
  heapMbMax?: number | undefined;
  execArgv?: string[] | undefined;
}

/** A thread that runs `workerUrl`, which calls `runShardWorker`. */
export function startOwnThread({ workerUrl, workerData, transferList, heapMbMax, execArgv }: OwnThreadOptions): ShardPlace {
  const worker = new Worker(workerUrl, {
    name: `shard-${workerData.shard}`,
    workerData,
    transferList,
    ...(heapMbMax !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMbMax } }),
    ...(execArgv && { execArgv }),
  });
  const end = async (): Promise<void> => void (await worker.terminate());
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (take, ended) => {
      let error: unknown;
      worker.on('message', take);
      worker.on('error', (thrown) => (error = thrown));
      worker.once('exit', () => ended(error));
    },
    kill: end,
    leave: end,
  };
}
