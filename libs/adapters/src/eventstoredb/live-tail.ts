/** The newest events of the log, kept as a subscription brings them: followers that have caught up read them here, all from one
 *  subscription. It resumes by itself, and what it missed the followers read from the server, from where each of them stands. */
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent } from '#contracts';
import { cancel, type ReadingStream } from './client-internals.js';
import { BackOff } from './back-off.js';
import { NoAnswerError, whyOf } from './server-errors.js';
import { sizedEventOf, type SizedEvent } from './recorded-event.js';

/** Of data. More than a follower takes at once, so that one that is slow by one batch is not sent back to the server. */
const TAIL_BYTES_MAX = 16 * 1024 * 1024;

export interface TailSource {
  subscribe(): Promise<ReadingStream>;
  /** Asked once a subscription is confirmed: what is newer comes over it. */
  head(): Promise<number>;
  namespace: string;
  confirmedWithinMs: number;
  onLost(why: string): void;
}

export class LiveTail {
  readonly #source: TailSource;
  readonly #advance: (head: number) => void;
  readonly #backOff = new BackOff();
  #events: SizedEvent[] = [];
  #bytes = 0;
  /** Everything above is in `#events`; undefined while no subscription is live. */
  #base: number | undefined;
  #stream: ReadingStream | undefined;
  /** Which start this is; a start that was overtaken by `stop` gives up. Undefined while stopped. */
  #run: symbol | undefined;
  /** Someone read here since the last events were let go. */
  #used = false;
  #retry: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  /** Subscriptions so far. */
  opened = 0;

  constructor(source: TailSource, advance: (head: number) => void) {
    this.#source = source;
    this.#advance = advance;
  }

  /** Leads to `advance` once the log has grown above a position. */
  ask(position: number): void {
    if (this.#base !== undefined) {
      const head = this.#events.at(-1)?.event.position ?? this.#base;
      if (head > position) this.#advance(head);
    } else if (!this.#run) void this.#start();
  }

  /** The events above a position, or undefined where they must be read from the server. */
  read(after: number, limit: number, bytesMax: number): RecordedEvent[] | undefined {
    if (this.#base === undefined || after < this.#base) return undefined;
    this.#used = true;
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (let at = this.#indexAbove(after); at < this.#events.length && events.length < limit && bytes < bytesMax; at += 1) {
      events.push(this.#events[at]!.event);
      bytes += this.#events[at]!.bytes;
    }
    return events;
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#run = undefined;
    this.#end();
  }

  async #start(): Promise<void> {
    const run = (this.#run = Symbol());
    try {
      const stream = await this.#source.subscribe();
      stream.on('error', (error) => this.#lost(stream, error));
      if (this.#run !== run) return cancel(stream);
      this.#stream = stream;
      this.opened += 1;
      const unconfirmed = new NoAnswerError('the subscription was not confirmed');
      this.#silence = setTimeout(() => this.#lost(stream, unconfirmed), this.#source.confirmedWithinMs);
      stream.on('data', (answer: ReadResp) => {
        if (answer.hasConfirmation()) void this.#confirmed(stream);
        else if (answer.hasEvent()) this.#came(stream, answer);
      });
      stream.on('end', () => this.#lost(stream, new Error('the server ended it')));
    } catch (error) {
      if (this.#run === run) this.#again(error);
    }
  }

  async #confirmed(stream: ReadingStream): Promise<void> {
    clearTimeout(this.#silence);
    try {
      const head = await this.#source.head();
      if (this.#stream !== stream) return;
      this.#base = head;
      this.#letGo(this.#indexAbove(head));
      this.#backOff.succeeded();
      this.#advance(this.#events.at(-1)?.event.position ?? head);
    } catch (error) {
      this.#lost(stream, error);
    }
  }

  #came(stream: ReadingStream, answer: ReadResp): void {
    if (this.#stream !== stream) return;
    try {
      const sized = sizedEventOf(answer, this.#source.namespace);
      this.#events.push(sized);
      this.#bytes += sized.bytes;
      if (this.#base === undefined) return;
      this.#advance(sized.event.position);
      if (this.#bytes > TAIL_BYTES_MAX) this.#full();
    } catch (error) {
      this.#lost(stream, error);
    }
  }

  /** Followers that all stand far behind do not need it: it starts again when one has caught up. */
  #full(): void {
    if (!this.#used) return this.stop();
    this.#used = false;
    const gone = Math.ceil(this.#events.length / 2);
    this.#base = this.#events[gone - 1]!.event.position;
    this.#letGo(gone);
  }

  #letGo(count: number): void {
    for (const { bytes } of this.#events.splice(0, count)) this.#bytes -= bytes;
  }

  #lost(stream: ReadingStream, error: unknown): void {
    if (this.#stream !== stream) return;
    this.#end();
    this.#again(error);
  }

  #again(error: unknown): void {
    this.#source.onLost(whyOf(error));
    this.#retry = setTimeout(() => void this.#start(), this.#backOff.nextMs());
  }

  #end(): void {
    const stream = this.#stream;
    clearTimeout(this.#silence);
    this.#stream = undefined;
    this.#base = undefined;
    this.#events = [];
    this.#bytes = 0;
    if (stream) cancel(stream);
  }

  #indexAbove(position: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.event.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
