/** Computes on threads of their own: what takes minutes holds nobody up, and ends at once when it is not wanted any more. */
import { Worker } from 'node:worker_threads';
import type { FromCompute, ToCompute } from './compute.worker.js';
import type { Computation, ComputeHost, Failure, Job, Outcome, Stretch } from './job.js';

/** Of objects and text; columns of numbers lie outside of it. */
const HEAP_MIB_MAX = 1_024;
/** A thread that had more of them ends with its job: what it leaves behind would stay in memory until its next one. */
const KEPT_READINGS_MAX = 1_000_000;

type Result = { ok: true; outcome: Outcome } | { ok: false; failure: Failure };

/** A thread that has ended a job of no great size is kept for the next one, where fewer than `keptMax` are. */
export function openThreadsHost({ keptMax = 1 }: { keptMax?: number } = {}): ComputeHost {
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  return {
    start(job) {
      const worker = idle.pop() ?? createThread();
      busy.add(worker);
      const isSmall = job.inputs.reduce((sum, { rowsExpected }) => sum + rowsExpected, 0) <= KEPT_READINGS_MAX;
      return new ThreadComputation(worker, job, (reusable) => {
        busy.delete(worker);
        if (reusable && isSmall && idle.length < keptMax) idle.push(worker);
        else void worker.terminate();
      });
    },
    async close() {
      await Promise.all([...idle, ...busy].map((worker) => worker.terminate()));
    },
  };
}

function createThread(): Worker {
  const worker = new Worker(new URL('./compute.worker.js', import.meta.url), {
    name: 'compute',
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  worker.unref();
  return worker;
}

class ThreadComputation implements Computation {
  private waiting: { added?: () => void; progress?: (done: number) => void } = {};
  private readonly result: Promise<Result>;
  private settle!: (result: Result) => void;
  private over = false;
  private readonly onMessage = (message: FromCompute): void => this.take(message);
  private readonly onError = (error: Error & { code?: string }): void => this.died(error);
  private readonly onExit = (code: number): void => this.died(new Error(`the thread ended with code ${code}`));

  constructor(
    private readonly worker: Worker,
    job: Job,
    private readonly free: (reusable: boolean) => void,
  ) {
    this.result = new Promise((resolve) => (this.settle = resolve));
    worker.on('message', this.onMessage).once('error', this.onError).once('exit', this.onExit);
    worker.ref();
    this.tell({ type: 'start', job });
  }

  add(stretch: Stretch): Promise<void> {
    const taken = new Promise<void>((resolve) => (this.waiting.added = resolve));
    this.tell({ type: 'add', stretch }, [stretch.time, ...Object.values(stretch.parts)]);
    return Promise.race([taken, this.result.then(() => undefined)]);
  }

  run(progress: (done: number) => void): Promise<Result> {
    this.waiting.progress = progress;
    this.tell({ type: 'run' });
    return this.result;
  }

  cancel(): void {
    if (this.over) return;
    this.leave();
    this.free(false);
  }

  private tell(message: ToCompute, columns: Float64Array[] = []): void {
    if (!this.over) this.worker.postMessage(message, [...new Set(columns.map((column) => column.buffer as ArrayBuffer))]);
  }

  private take(message: FromCompute): void {
    if (message.type === 'added') this.waiting.added?.();
    else if (message.type === 'progress') this.waiting.progress?.(message.done);
    else this.end(message.type === 'done' ? { ok: true, outcome: message.outcome } : { ok: false, failure: message.failure }, true);
  }

  private died(error: Error & { code?: string }): void {
    const failure: Failure =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? { kind: 'refused', message: 'it needs more memory than there is for one analysis; ask for a shorter range' }
        : { kind: 'defect', message: error.stack ?? error.message };
    this.end({ ok: false, failure }, false);
  }

  private end(result: Result, reusable: boolean): void {
    if (this.over) return;
    this.leave();
    this.free(reusable);
    this.settle(result);
  }

  private leave(): void {
    this.over = true;
    this.worker.off('message', this.onMessage).off('error', this.onError).off('exit', this.onExit);
    // What a thread that is given up still says of its end is of no interest.
    this.worker.on('error', () => undefined);
    this.worker.unref();
  }
}
