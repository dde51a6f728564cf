/** One client, and another one when it is no longer to be trusted: its calls, in our own time. */
import { EventStoreDBClient } from '@eventstore/db-client';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { LogClosedError, StoreUnavailableError } from '#ports';
import { ServerRefusedError } from '../shared/server-url.js';
import {
  cancel,
  closeClient,
  openAppendStream,
  openReadStream,
  supportsBatchAppend,
  type AppendStream,
  type ReadingStream,
} from './client-internals.js';
import { inTime } from './in-time.js';
import { asPortError, isPassing, NoAnswerError, whyOf } from './server-errors.js';

export interface ConnectionLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface ConnectionOptions {
  url: string;
  /** A call that was not answered for so long has failed. */
  requestTimeoutMs: number;
  logger?: ConnectionLogger;
}

const SETTING = 'EVENTSTOREDB_URL';
const RETRY_FIRST_MS = 100;
const CHECK_TRIES = 3;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #reading = new Set<(error: Error) => void>();
  #client: EventStoreDBClient;
  #closed = false;
  /** Clients that were given up. */
  replaced = 0;

  /** Throws `ServerRefusedError` for a URL that is none. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    try {
      this.#client = clientOf(options.url);
    } catch (error) {
      throw new ServerRefusedError(SETTING, options.url, whyOf(error), { cause: error });
    }
  }

  /** Rejects with `ServerRefusedError` where the server is missing, refuses us, or is too old. */
  async check(): Promise<void> {
    const { url, requestTimeoutMs } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        const able = await inTime(requestTimeoutMs, supportsBatchAppend(this.#client));
        if (able) return;
        throw new Error('the server must be EventStoreDB 22.6 or later, or KurrentDB');
      } catch (error) {
        // The first call over a connection that has just been lost fails, whatever is there now.
        const again = isPassing(error) && !(error instanceof NoAnswerError) && tries < CHECK_TRIES;
        if (!again) throw new ServerRefusedError(SETTING, url, whyOf(error), { cause: error });
      }
      await this.#pause(RETRY_FIRST_MS);
    }
  }

  openAppends(): Promise<AppendStream> {
    return openAppendStream(this.#client);
  }

  async openReading(request: ReadReq): Promise<ReadingStream> {
    if (this.#closed) throw new LogClosedError('the log is closed');
    return openReadStream(this.#client, request);
  }

  /** Hands over what the server answers, until `take` says that it is enough. Reading is repeated when it fails and that may help:
   *  `begin` is called before each try. Rejects with `StoreUnavailableError` where it did not help in time. */
  async read(request: ReadReq, { begin, take }: { begin?(): void; take(answer: ReadResp): 'more' | 'enough' }): Promise<void> {
    const until = performance.now() + this.#options.requestTimeoutMs;
    for (let pauseMs = RETRY_FIRST_MS; ; pauseMs *= 2) {
      begin?.();
      try {
        return await this.#readOnce(request, take);
      } catch (error) {
        if (this.#closed) throw new LogClosedError('the log is closed');
        if (!isPassing(error) || performance.now() + pauseMs > until) throw asPortError(error);
      }
      await this.#pause(pauseMs);
    }
  }

  /** The client is given up: what is under way fails, the next call opens another connection. */
  replace(why: string): void {
    if (this.#closed) return;
    this.replaced += 1;
    this.#options.logger?.warn({ why }, 'the connection to EventStoreDB is opened anew');
    const client = this.#client;
    this.#client = clientOf(this.#options.url);
    this.#abort(new StoreUnavailableError(`the connection to EventStoreDB was given up: ${why}`));
    closeClient(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#abort(new LogClosedError('the log is closed'));
    closeClient(this.#client);
  }

  async #readOnce(request: ReadReq, take: (answer: ReadResp) => 'more' | 'enough'): Promise<void> {
    const { requestTimeoutMs } = this.#options;
    const stream = await inTime(requestTimeoutMs, this.openReading(request));
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#reading.delete(fail);
        stream.off('data', onAnswer);
        settle();
      };
      const fail = (error: Error): void => {
        finish(() => reject(error));
        cancel(stream);
      };
      const onAnswer = (answer: ReadResp): void => {
        timer.refresh();
        try {
          if (take(answer) === 'more') return;
          finish(resolve);
          cancel(stream);
        } catch (error) {
          fail(error as Error);
        }
      };
      const timer = setTimeout(() => fail(new NoAnswerError(`no answer within ${requestTimeoutMs} ms`)), requestTimeoutMs);
      this.#reading.add(fail);
      stream.on('data', onAnswer);
      stream.on('error', (error) => finish(() => reject(error)));
      stream.on('end', () => finish(resolve));
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(timer);
        this.#reading.delete(fail);
        reject(error);
      };
      const timer = setTimeout(() => {
        this.#reading.delete(fail);
        resolve();
      }, ms);
      this.#reading.add(fail);
    });
  }

  #abort(error: Error): void {
    for (const fail of [...this.#reading]) fail(error);
  }
}

/** KurrentDB's own scheme means the same protocol. */
function clientOf(url: string): EventStoreDBClient {
  const connectionString = url.replace(/^(?:kurrentdb|kurrent|kdb)(\+discover)?:/, 'esdb$1:');
  return EventStoreDBClient.connectionString(connectionString);
}
