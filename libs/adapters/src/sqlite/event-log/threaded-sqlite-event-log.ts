/** Owns the writer thread of the log: starts it, restarts it when it dies, and connects other threads to it. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { ConnectedSqliteEventLog, type SqliteEventLogConnection } from './connected-sqlite-event-log.js';
import { LogInUseError } from './log-database.js';
import type { SqliteEventLogConfig } from './sqlite-event-log.js';
import type { OwnerToConnection, OwnerToWriter, WriterData, WriterToOwner } from './writer-protocol.js';

const RESTART_MS_MIN = 50;
/** A disk that is full may be freed at any time. */
const RESTART_MS_MAX = 5_000;

export interface ThreadedSqliteEventLogConfig extends SqliteEventLogConfig {
  /** Told when the writer thread died, and that it will be started again in so many ms. */
  onWriterDeath?: (death: { error: Error; restartInMs: number }) => void;
}

/** Resolves when the writer can write; rejects where the log cannot be opened (`LogInUseError`, a damaged file). */
export async function openThreadedSqliteEventLog(config: ThreadedSqliteEventLogConfig): Promise<ThreadedSqliteEventLog> {
  const writer = new WriterThread(config);
  await writer.start();
  return new ThreadedSqliteEventLog(config.dir, writer);
}

export class ThreadedSqliteEventLog extends ConnectedSqliteEventLog {
  readonly #writer: WriterThread;
  readonly #dir: string;

  /** Made by `openThreadedSqliteEventLog`. */
  constructor(dir: string, writer: WriterThread) {
    super({ dir, port: writer.connect() });
    this.#dir = dir;
    this.#writer = writer;
  }

  /** For one other thread. It lives through restarts of the writer, until it or this log is closed. */
  connect(): SqliteEventLogConnection {
    return { dir: this.#dir, port: this.#writer.connect() };
  }

  /** For tests of what must survive it: the thread ends wherever it is. */
  killWriter(): Promise<void> {
    return this.#writer.kill();
  }

  /** Close the logs of the other threads first: what they ask for later is refused. */
  override async close(): Promise<void> {
    await super.close();
    await this.#writer.close();
  }
}

class WriterThread {
  readonly #data: WriterData;
  readonly #onDeath: ThreadedSqliteEventLogConfig['onWriterDeath'];
  /** Our end of each connection's control port. */
  readonly #connections = new Set<MessagePort>();
  #thread: Worker | undefined;
  #isReady = false;
  #restartMs = RESTART_MS_MIN;
  #restart: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor({ dir, durability = 'full', onWriterDeath }: ThreadedSqliteEventLogConfig) {
    this.#data = { dir, durability };
    this.#onDeath = onWriterDeath;
  }

  /** Resolves once the thread has the log open. */
  start(): Promise<void> {
    const thread = new Worker(new URL('./sqlite-event-log.worker.js', import.meta.url), { name: 'log-writer', workerData: this.#data });
    this.#thread = thread;
    return new Promise((resolve, reject) => {
      let death = new Error('the writer thread of the log ended');
      thread.on('message', (message: WriterToOwner) => {
        if ('cannotOpen' in message) {
          death = errorOf(message.cannotOpen);
        } else {
          this.#isReady = true;
          this.#restartMs = RESTART_MS_MIN;
          for (const connection of this.#connections) this.#lead(connection, thread);
          resolve();
        }
      });
      thread.on('error', (error) => (death = error));
      thread.on('exit', () => {
        const wasReady = this.#isReady;
        this.#isReady = false;
        this.#thread = undefined;
        reject(death);
        if (wasReady && !this.#closed) this.#startAgain(death);
      });
    });
  }

  /** The other end of a new connection's control port. */
  connect(): MessagePort {
    const { port1: control, port2: theirs } = new MessageChannel();
    this.#connections.add(control);
    control.on('close', () => this.#connections.delete(control));
    // A log that is open must not keep a process alive by its bookkeeping: the thread itself does until `close`.
    control.unref();
    if (this.#thread && this.#isReady) this.#lead(control, this.#thread);
    return theirs;
  }

  async kill(): Promise<void> {
    await this.#thread?.terminate();
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#end());
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restart);
    const thread = this.#thread;
    if (thread) {
      const gone = new Promise((resolve) => thread.once('exit', resolve));
      thread.postMessage({ close: true } satisfies OwnerToWriter);
      await gone;
    }
    for (const connection of this.#connections) {
      connection.postMessage({ closed: true } satisfies OwnerToConnection);
      connection.close();
    }
  }

  #lead(connection: MessagePort, thread: Worker): void {
    const { port1, port2 } = new MessageChannel();
    thread.postMessage({ connect: port1 } satisfies OwnerToWriter, [port1]);
    connection.postMessage({ writer: port2 } satisfies OwnerToConnection, [port2]);
  }

  #startAgain(error: Error): void {
    const restartInMs = this.#restartMs;
    this.#restartMs = Math.min(restartInMs * 2, RESTART_MS_MAX);
    this.#onDeath?.({ error, restartInMs });
    this.#restart = setTimeout(() => {
      this.start().catch((failure: Error) => {
        if (this.#closed) return;
        for (const connection of this.#connections) connection.postMessage({ away: failure.message } satisfies OwnerToConnection);
        this.#startAgain(failure);
      });
    }, restartInMs);
  }
}

/** A class does not cross threads. */
function errorOf({ name, message }: { name: string; message: string }): Error {
  return name === 'LogInUseError' ? new LogInUseError(message) : new Error(message);
}
