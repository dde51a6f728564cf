/** Lends a series store to other threads: calls over a MessagePort, columns of numbers transferred instead of copied. */
import type { MessagePort, TransferListItem } from 'node:worker_threads';
import {
  SeriesStore,
  SeriesStoreError,
  type DeviceRef,
  type DigestOptions,
  type ReadingRows,
  type ReadingsQuery,
  type SeriesBatch,
  type SeriesColumns,
  type SeriesQuery,
} from '#ports';
import { storeClosed } from '../shared/series-errors.js';

const METHODS = ['checkpoint', 'write', 'series', 'readings', 'count', 'latestTime', 'digest'] as const;
type Method = (typeof METHODS)[number];

interface Call {
  call: number;
  method: Method;
  args: unknown[];
}

/** An error crosses as its code and message: a class would not survive. */
type Answer = { call: number; value: unknown } | { call: number; error: { code: string; message: string } };

export interface ServedSeriesStore {
  /** Takes no more calls and closes the port; the store stays open. */
  close(): void;
}

/** On the thread that owns the store. */
export function serveSeriesStore(store: SeriesStore, port: MessagePort): ServedSeriesStore {
  port.on('message', ({ call, method, args }: Call) => {
    if (!METHODS.includes(method)) return;
    (store[method] as (...args: unknown[]) => Promise<unknown>)
      .call(store, ...args)
      .then((value) => port.postMessage({ call, value } satisfies Answer, buffersIn(value)))
      .catch((error: unknown) => port.postMessage({ call, error: plainError(error) } satisfies Answer));
  });
  return { close: () => port.close() };
}

/** On any other thread. `close` gives up the connection, not the store; unanswered calls then reject. */
export function connectSeriesStore(port: MessagePort): SeriesStore {
  return new ConnectedSeriesStore(port);
}

class ConnectedSeriesStore extends SeriesStore {
  private calls = 0;
  private closed = false;
  private readonly waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();

  constructor(private readonly port: MessagePort) {
    super();
    port.on('message', (answer: Answer) => this.settle(answer));
    port.on('close', () => this.giveUp());
  }

  checkpoint(part?: number): Promise<number> {
    return this.ask('checkpoint', part);
  }

  write(batch: SeriesBatch): Promise<void> {
    return this.ask('write', batch);
  }

  series(query: SeriesQuery): Promise<SeriesColumns> {
    return this.ask('series', query);
  }

  readings(query: ReadingsQuery): Promise<ReadingRows> {
    return this.ask('readings', query);
  }

  count(range: DeviceRef & { from: number; to: number; asOf?: number }): Promise<number> {
    return this.ask('count', range);
  }

  latestTime(device: DeviceRef & { asOf?: number }): Promise<number | undefined> {
    return this.ask('latestTime', device);
  }

  digest(device?: DeviceRef, options?: DigestOptions): Promise<string> {
    return this.ask('digest', device, options);
  }

  async close(): Promise<void> {
    this.giveUp();
    this.port.close();
  }

  private ask<T>(method: Method, ...args: unknown[]): Promise<T> {
    if (this.closed) return Promise.reject(storeClosed());
    const call = ++this.calls;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      this.port.postMessage({ call, method, args } satisfies Call);
    });
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.call);
    this.waiting.delete(answer.call);
    if ('error' in answer) waiting?.reject(new SeriesStoreError(answer.error.code, answer.error.message));
    else waiting?.resolve(answer.value as never);
  }

  private giveUp(): void {
    this.closed = true;
    for (const { reject } of this.waiting.values()) reject(storeClosed());
    this.waiting.clear();
  }
}

/** Buffers of the typed arrays of an answer, each once; they are made for this answer and belong to nobody else. */
function buffersIn(value: unknown, found = new Set<TransferListItem>()): TransferListItem[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (value !== null && typeof value === 'object' && !Array.isArray(value))
    for (const member of Object.values(value)) buffersIn(member, found);
  return [...found];
}

function plainError(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : 'defect', message: String(message ?? error) };
}
