/** Owns the writer thread of the log: starts it, restarts it when it dies, and connects other threads to it. */
import { MessageChannel, Worker, type MessagePort, type Transferable } from 'node:worker_threads';
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
  /** What the thread runs, which calls `serveWriter`: one that takes a lodger. */
  thread?: URL;
}

/** Resolves when the writer can write; rejects where the log cannot be opened (`LogInUseError`, a damaged file). */
export async function openThreadedSqliteEventLog(config: ThreadedSqliteEventLogConfig): Promise<ThreadedSqliteEventLog> {
  const writer = new WriterThread(config);
  await writer.start();
  return new ThreadedSqliteEventLog(config, writer);
}

export class ThreadedSqliteEventLog extends ConnectedSqliteEventLog {
  /** Whether its thread runs something that shares it: see `lodge`. */
  readonly takesLodger: boolean;
  readonly #writer: WriterThread;
  readonly #dir: string;

  /** Made by `openThreadedSqliteEventLog`. */
  constructor({ dir, thread }: ThreadedSqliteEventLogConfig, writer: WriterThread) {
    super({ dir, port: writer.connect() });
    this.takesLodger = thread !== undefined;
    this.#dir = dir;
    this.#writer = writer;
  }

  /** For one other thread. It lives through restarts of the writer, until it or this log is closed. */
  connect(): SqliteEventLogConnection {
    return { dir: this.#dir, port: this.#writer.connect() };
  }

  /** Gives `data` to what shares the writer's thread. It ends with the thread: whoever wants it again lodges it again. */
  lodge<Message>(data: unknown): Lodging<Message> {
    return this.#writer.lodge(data);
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

/** Somebody on the writer's thread, as seen from the thread that lodged it. */
export interface Lodging<Message> {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** `take` is called with each message; `ended` once, when there is no thread any more, with what it died of. */
  listen(take: (message: Message) => void, ended: (error: Error) => void): void;
  /** Ends the thread as a crash would, the writer with it. */
  kill(): Promise<void>;
  /** The thread goes on alone. */
  leave(): void;
}

class WriterThread {
  readonly #data: WriterData;
  readonly #file: URL;
  readonly #onDeath: ThreadedSqliteEventLogConfig['onWriterDeath'];
  /** Our end of each connection's control port. */
  readonly #connections = new Set<MessagePort>();
  readonly #lodgings = new Set<{ arrive(thread: Worker): void; lose(error: Error): void }>();
  #thread: Worker | undefined;
  #isReady = false;
  #restartMs = RESTART_MS_MIN;
  #restart: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor({ dir, durability = 'full', onWriterDeath, thread }: ThreadedSqliteEventLogConfig) {
    this.#data = { dir, durability };
    this.#file = thread ?? new URL('./sqlite-event-log.worker.js', import.meta.url);
    this.#onDeath = onWriterDeath;
  }

  /** Resolves once the thread has the log open. */
  start(): Promise<void> {
    const thread = new Worker(this.#file, { name: 'log-writer', workerData: this.#data });
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
          for (const lodging of this.#lodgings) lodging.arrive(thread);
          resolve();
        }
      });
      thread.on('error', (error) => (death = error));
      thread.on('exit', () => {
        const wasReady = this.#isReady;
        this.#isReady = false;
        this.#thread = undefined;
        for (const lodging of this.#lodgings) lodging.lose(death);
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

  /** Where there is no thread at the moment, with the next one. */
  lodge<Message>(data: unknown): Lodging<Message> {
    const { port1: port, port2: theirs } = new MessageChannel();
    const lodging = {
      arrive: (thread: Worker) => thread.postMessage({ lodge: theirs, data } satisfies OwnerToWriter, [theirs]),
      lose: (_error: Error): void => undefined,
    };
    const leave = (): void => {
      this.#lodgings.delete(lodging);
      port.close();
    };
    this.#lodgings.add(lodging);
    if (this.#thread && this.#isReady) lodging.arrive(this.#thread);
    return {
      post: (message, transfer) => port.postMessage(message, transfer),
      listen: (take, ended) => {
        port.on('message', take);
        lodging.lose = (error) => {
          leave();
          ended(error);
        };
      },
      kill: () => this.kill(),
      leave,
    };
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
