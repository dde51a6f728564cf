/** A scan of the log on a thread of its own. What is asked for before the thread is up, or after it is gone, is read where it is needed. */
import { Worker } from 'node:worker_threads';
import type { RecordedEvent } from '#contracts';
import type { LogScan } from '#ports';
import type { Row } from './log-reader.js';
import { eventsOf, RowPacker, type PackedRows } from './packed-rows.js';

export type ScanRequest = { afterPosition: number; limit: number; bytesMax: number } | { close: true };
export type ScanAnswer = { ready: true } | { packed: PackedRows } | { error: string };

type ReadHere = (afterPosition: number, limit: number, bytesMax: number) => Row<Buffer>[];

export class ThreadedLogScan implements LogScan {
  readonly packs = true;
  /** Resolves when its thread is gone. */
  readonly ended: Promise<void>;
  readonly #thread: Worker;
  readonly #readHere: ReadHere;
  /** In the order in which they were asked; undefined: the thread does not answer it. */
  #waiting: ((packed: PackedRows | undefined) => void)[] = [];
  #state: 'starting' | 'up' | 'gone' = 'starting';

  constructor(dir: string, readHere: ReadHere) {
    this.#readHere = readHere;
    this.#thread = new Worker(new URL('./log-scan.worker.js', import.meta.url), { name: 'log-scan', workerData: { dir } });
    this.#thread.on('message', (answer: ScanAnswer) => this.#receive(answer));
    this.ended = new Promise((resolve) => {
      this.#thread.on('error', () => this.#lost());
      this.#thread.on('exit', () => {
        this.#lost();
        resolve();
      });
    });
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    const packed = this.#state === 'up' && (await this.#ask({ afterPosition, limit, bytesMax }));
    return eventsOf(packed || new RowPacker().pack(this.#readHere(afterPosition, limit, bytesMax)));
  }

  async close(): Promise<void> {
    if (this.#state !== 'gone') this.#thread.postMessage({ close: true } satisfies ScanRequest);
    await this.ended;
  }

  #ask(request: ScanRequest): Promise<PackedRows | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#thread.postMessage(request);
    });
  }

  #receive(answer: ScanAnswer): void {
    if ('ready' in answer) this.#state = 'up';
    else this.#waiting.shift()?.('packed' in answer ? answer.packed : undefined);
  }

  #lost(): void {
    this.#state = 'gone';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const settle of waiting) settle(undefined);
  }
}
