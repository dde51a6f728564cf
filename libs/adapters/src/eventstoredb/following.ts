/** The followers of one log: those that have caught up read what a subscription brings, the others pages from the server. */
import type { RecordedEvent } from '#contracts';
import { LogClosedError, StoreUnavailableError, type Follower, type FollowOptions } from '#ports';
import { LogFollowers } from '../shared/log-followers.js';
import { BackOff } from './back-off.js';
import type { Connection, ConnectionLogger } from './connection.js';
import { LiveTail } from './live-tail.js';
import type { LogReader } from './log-reader.js';
import { subscriptionRequest, type LogFilter } from './read-request.js';

export interface FollowingOptions {
  connection: Connection;
  reader: LogReader;
  filter: LogFilter;
  requestTimeoutMs: number;
  logger?: ConnectionLogger;
}

export class Following {
  readonly #reader: LogReader;
  readonly #followers: LogFollowers;
  readonly #tail: LiveTail;
  readonly #backOff = new BackOff();
  #retry: NodeJS.Timeout | undefined;
  #following = 0;
  #lost = 0;
  #closed = false;

  constructor({ connection, reader, filter, requestTimeoutMs, logger }: FollowingOptions) {
    this.#reader = reader;
    this.#followers = new LogFollowers({
      readAll: (after, limit, bytesMax) => this.#read(after, limit, bytesMax),
      askForHeadAbove: (position) => this.#wakeAbove(position),
    });
    this.#tail = new LiveTail(
      {
        subscribe: () => connection.openReading(subscriptionRequest(filter)),
        head: () => reader.head(),
        namespace: filter.namespace,
        confirmedWithinMs: requestTimeoutMs,
        onLost: (why) => {
          this.#lost += 1;
          logger?.warn({ why }, 'the subscription to the log was lost; it is opened again');
        },
      },
      (head) => this.#followers.advance(head),
    );
  }

  follow(afterPosition: number, options: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    const follower = this.#followers.follow(afterPosition, options, handle);
    this.#following += 1;
    const ended = (): void => {
      this.#following -= 1;
      if (this.#following === 0) this.#tail.stop();
    };
    follower.done.then(ended, ended);
    return follower;
  }

  figures(): Record<string, number> {
    return { followers: this.#following, subscriptions: this.#tail.opened, subscriptions_lost: this.#lost };
  }

  /** Resolves when no handler runs any more. What they still read from the server must be ended by closing the connection. */
  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#tail.stop();
    return this.#followers.close();
  }

  /** A follower outlives the server's absence: where it cannot read, it waits until it is worth trying again. */
  async #read(after: number, limit: number, bytesMax: number): Promise<RecordedEvent[]> {
    const kept = this.#tail.read(after, limit, bytesMax);
    if (kept) return kept;
    try {
      const events = await this.#reader.page(after, limit, bytesMax);
      this.#backOff.succeeded();
      return events;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError || error instanceof LogClosedError)) throw error;
      if (!this.#closed) this.#readAgainLater();
      return [];
    }
  }

  #wakeAbove(position: number): void {
    if (!this.#closed && !this.#retry) this.#tail.ask(position);
  }

  #readAgainLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#followers.advance(Infinity);
    }, this.#backOff.nextMs());
  }
}
