/** Puts what waits into the stream, one batch after the other, for as long as it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { textOf } from '../shared/server-url.js';
import { retryDelayMs, type Logger } from './connect.js';
import type { Outbox, Parcel } from './outbox.js';

export interface SenderConfig {
  /** Resolves when it is in the stream. */
  carry: (parcel: Parcel) => Promise<unknown>;
  logger?: Logger | undefined;
}

/** How long the last messages may take at the end. */
const CLOSE_MS_MAX = 1_000;

export class Sender {
  private sending: Promise<void> | undefined;
  private readonly stop = new AbortController();

  constructor(
    private readonly outbox: Outbox,
    private readonly config: SenderConfig,
  ) {}

  /** What is told within one turn of the event loop goes together; what is told while a batch is on its way goes into the next. */
  wake(): void {
    this.sending ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.send());
  }

  async close(): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.sending, sleep(CLOSE_MS_MAX, undefined, { signal: late.signal })]).catch(() => undefined);
    late.abort();
    this.stop.abort();
  }

  private async send(): Promise<void> {
    for (let parcel = this.outbox.take(); parcel && !this.stop.signal.aborted; parcel = this.outbox.take()) await this.sendOne(parcel);
    this.sending = undefined;
  }

  /** Resolves when it is there, or cannot be sent at all. */
  private async sendOne(parcel: Parcel): Promise<void> {
    for (let tries = 1; !this.stop.signal.aborted; tries++) {
      try {
        await this.config.carry(parcel);
        return;
      } catch (error) {
        if (tries === 1) this.config.logger?.warn({ error: textOf(error) }, 'Redis does not take live messages');
        // Whatever is not Redis' own answer lies in the messages: they would never be taken.
        if ((error as Error).name !== 'ReplyError') return this.outbox.gap();
        await sleep(retryDelayMs(tries), undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }
}
