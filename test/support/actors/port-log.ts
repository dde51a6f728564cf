/** A log of the test's thread, as seen from a shard's: calls go over a port. */
import type { MessagePort } from 'node:worker_threads';
import type { RecordedEvent } from '#contracts';
import {
  AppendTooLargeError,
  EventLog,
  LogFullError,
  UnknownOutcomeError,
  type AppendRequest,
  type AppendResult,
  type Follower,
  type Snapshot,
} from '#ports';

type Method = 'append' | 'readStream' | 'saveSnapshot' | 'loadSnapshot';
interface Call {
  id: number;
  method: Method;
  args: unknown[];
}
interface Settled {
  id: number;
  value?: unknown;
  error?: { name: string; message: string };
}

export function serveLog(log: EventLog, port: MessagePort): void {
  port.on('message', ({ id, method, args }: Call) => {
    const call = log[method] as (...args: unknown[]) => Promise<unknown>;
    call.apply(log, args).then(
      (value) => port.postMessage({ id, value } satisfies Settled),
      (error: Error) => port.postMessage({ id, error: { name: error.name, message: error.message } } satisfies Settled),
    );
  });
}

export class PortLog extends EventLog {
  private readonly waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  private nextId = 1;

  constructor(private readonly port: MessagePort) {
    super();
    port.on('message', ({ id, value, error }: Settled) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (!error) waiting?.resolve(value as never);
      else waiting?.reject(errorOf(error));
    });
  }

  append(request: AppendRequest): Promise<AppendResult> {
    return this.call('append', request);
  }
  readStream(stream: string, fromRevision: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]> {
    return this.call('readStream', stream, fromRevision, limit, bytesMax);
  }
  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.call('saveSnapshot', snapshot);
  }
  loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    return this.call('loadSnapshot', stream);
  }
  readAll(): Promise<RecordedEvent[]> {
    throw new Error('a shard reads streams only');
  }
  head(): Promise<number> {
    throw new Error('a shard reads streams only');
  }
  follow(): Follower {
    throw new Error('a shard follows nothing');
  }
  async close(): Promise<void> {
    this.port.close();
  }

  private call<T>(method: Method, ...args: unknown[]): Promise<T> {
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.port.postMessage({ id, method, args } satisfies Call);
    });
  }
}

function errorOf({ name, message }: { name: string; message: string }): Error {
  if (name === 'UnknownOutcomeError') return new UnknownOutcomeError(message);
  if (name === 'LogFullError') return new LogFullError(message);
  return name === 'AppendTooLargeError' ? new AppendTooLargeError(message) : new Error(message);
}
