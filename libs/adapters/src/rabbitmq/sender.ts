/** The api's end of the queue: publishes commands and waits for their answers. What it has not heard of when the connection breaks it publishes
 *  again, because an entity that is told twice decides once. */
import type { ConfirmChannel, ConsumeMessage, ChannelModel } from 'amqplib';
import { partOf, type CommandAnswer, type CommandEnvelope, type CommandRefused } from '#contracts';
import { openLink, type Link } from './link.js';
import { eachAnswer, encodeCommand, publishedAgain, weightOf, type OutgoingCommand } from './message.js';
import type { RabbitMqSettings } from './settings.js';
import { COMMANDS_EXCHANGE, declareCommands } from './topology.js';

/** The broker's own way back to whoever published: no queue, and as fast as the connection. */
const REPLY_TO = 'amq.rabbitmq.reply-to';
/** Frames that wait in the channel before it says that it is full. */
const WRITE_BUFFER_FRAMES = 4_096;
/** A buffer that is full for so long is stuck, not busy. */
const STUCK_AFTER_MS = 1_000;
const SWEEP_MS = 250;
/** A queue that was deleted is its consumer's to declare: it must learn first that the one it had is gone. */
const DECLARE_AGAIN_AFTER_MS = 2_000;

const ENQUEUED: CommandAnswer = { ok: true, position: 0, revision: -1, value: {} };

interface Pending {
  message: OutgoingCommand;
  partition: number;
  bytes: number;
  /** Waits for the entity; else the broker's confirm is enough. */
  wantsAnswer: boolean;
  since: number;
  /** The broker had no queue for it. */
  returned: boolean;
  resolve(answer: CommandAnswer): void;
}

export async function openCommandSender(settings: RabbitMqSettings): Promise<CommandSender> {
  const sender = new CommandSender(settings);
  await sender.open();
  return sender;
}

export class CommandSender {
  readonly counts = { published: 0, publishedAgain: 0, answered: 0, refusedFull: 0, refusedUnavailable: 0, unanswered: 0 };
  private link!: Link;
  private channel: ConfirmChannel | undefined;
  /** In the order in which they were taken. */
  private readonly pending = new Map<string, Pending>();
  private bytes = 0;
  private nextTicket = 0;
  private fullSince: number | undefined;
  private closing = false;
  private whenEmpty: (() => void) | undefined;
  private declaring: NodeJS.Timeout | undefined;
  private readonly sweeper: NodeJS.Timeout;

  constructor(private readonly settings: RabbitMqSettings) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  async open(): Promise<void> {
    const { url, logger } = this.settings;
    try {
      this.link = await openLink({
        url,
        name: 'thingsio sender',
        logger,
        setup: (connection) => this.setUp(connection),
        onDown: () => (this.channel = undefined),
      });
    } catch (error) {
      clearInterval(this.sweeper);
      throw error;
    }
  }

  /** Resolves with the entity's answer, or at the broker's confirm where none is wanted. */
  put(command: CommandEnvelope, wantsAnswer: boolean): Promise<CommandAnswer> {
    const bytes = weightOf(command);
    const refused = this.refusal(bytes);
    if (refused) return Promise.resolve(refused);
    let message: OutgoingCommand;
    try {
      message = encodeCommand(command);
    } catch (error) {
      return Promise.resolve({ ok: false, code: 'defect', message: String(error) });
    }
    const ticket = (this.nextTicket++).toString(36);
    const partition = partOf(command.stream, this.settings.partitions);
    this.bytes += bytes;
    return new Promise((resolve) => {
      const pending: Pending = { message, partition, bytes, wantsAnswer, since: performance.now(), returned: false, resolve };
      this.pending.set(ticket, pending);
      this.publish(ticket, pending);
    });
  }

  depth(): { commands: number; bytes: number } {
    return { commands: this.pending.size, bytes: this.bytes };
  }

  health(): Promise<void> {
    return this.link.health();
  }

  figures(): Record<string, number> {
    return {
      ...this.counts,
      inFlightCommands: this.pending.size,
      inFlightBytes: this.bytes,
      connected: this.link.isUp ? 1 : 0,
      blocked: this.link.blocked === undefined ? 0 : 1,
      reconnects: this.link.reconnects,
    };
  }

  async close(): Promise<void> {
    this.closing = true;
    if (this.pending.size > 0) {
      const late = setTimeout(() => this.giveUp('The service stopped before the answer came.'), this.settings.closeWithinMs);
      await new Promise<void>((resolve) => (this.whenEmpty = resolve));
      clearTimeout(late);
    }
    clearInterval(this.sweeper);
    await this.link.close();
  }

  private async setUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createConfirmChannel({ highWaterMark: WRITE_BUFFER_FRAMES });
    channel.on('error', (error) => this.settings.logger.warn({ error: error.message }, 'the channel to RabbitMQ broke'));
    channel.on('return', (message) => this.returned(message as ConsumeMessage));
    channel.on('drain', () => (this.fullSince = undefined));
    await declareCommands(channel, this.settings);
    await channel.consume(REPLY_TO, (message) => message && this.answersCame(message), { noAck: true });
    // A channel that breaks alone takes its connection with it, so that there is one way back.
    channel.on('close', () => setImmediate(() => void connection.close().catch(() => undefined)));
    this.fullSince = undefined;
    this.channel = channel;
    for (const [ticket, pending] of this.pending) {
      pending.message = publishedAgain(pending.message);
      pending.returned = false;
      this.counts.publishedAgain++;
      this.publish(ticket, pending);
    }
  }

  private refusal(bytes: number): CommandRefused | undefined {
    const { inFlightBytesMax, inFlightCommandsMax } = this.settings;
    const { pending } = this;
    if (this.closing) return this.refuse('overload.stopping', 'The service is stopping; nothing was stored.');
    const why = this.whyAway();
    if (why !== undefined) {
      this.counts.refusedUnavailable++;
      return this.refuse('overload.unavailable', `The queue takes no commands: ${why}.`);
    }
    if (pending.size === 0 || (pending.size < inFlightCommandsMax && this.bytes + bytes <= inFlightBytesMax)) return undefined;
    this.counts.refusedFull++;
    return this.refuse('overload.queue-full', `${pending.size} commands wait already.`);
  }

  private whyAway(): string | undefined {
    if (!this.channel || !this.link.isUp) return 'it is not connected';
    if (this.link.blocked !== undefined) return `it is short of ${this.link.blocked}`;
    if (this.fullSince !== undefined && performance.now() - this.fullSince > STUCK_AFTER_MS) return 'it reads nothing';
    return undefined;
  }

  private refuse(code: string, message: string): CommandRefused {
    return { ok: false, code, message, retryAfterMs: this.settings.retryAfterMs };
  }

  private publish(ticket: string, pending: Pending): void {
    const { message, partition, wantsAnswer } = pending;
    const options = { ...message.options, correlationId: ticket, mandatory: true, replyTo: wantsAnswer ? REPLY_TO : undefined };
    this.counts.published++;
    try {
      const confirmed = (error: unknown) => this.confirmed(ticket, pending, error);
      const room = this.channel!.publish(COMMANDS_EXCHANGE, `${partition}`, message.content, options, confirmed);
      if (!room) this.fullSince ??= performance.now();
    } catch {
      // The channel is closed already: it is published again when there is another.
    }
  }

  private confirmed(ticket: string, pending: Pending, error: unknown): void {
    if (pending.returned) return this.settle(ticket, this.refuse('overload.unavailable', 'The queue of its partition is missing.'));
    if (error === null || error === undefined) return pending.wantsAnswer ? undefined : this.settle(ticket, ENQUEUED);
    // With the channel gone, the confirm may only be lost: it is published again when there is another.
    if ((error as Error).message === 'message nacked') this.settle(ticket, this.unknown('The queue could not keep it safely.'));
  }

  /** Comes ahead of the confirm. */
  private returned({ properties }: ConsumeMessage): void {
    const pending = this.pending.get(String(properties.correlationId));
    if (!pending) return;
    pending.returned = true;
    this.declaring ??= setTimeout(() => void this.declareAgain(), DECLARE_AGAIN_AFTER_MS).unref();
  }

  private async declareAgain(): Promise<void> {
    this.declaring = undefined;
    if (this.channel) await declareCommands(this.channel, this.settings).catch(() => undefined);
  }

  private answersCame({ content }: ConsumeMessage): void {
    eachAnswer(content, (ticket, answer) => {
      this.counts.answered++;
      this.settle(ticket, answer);
    });
  }

  /** Of one that is published again, the later answer finds nobody. */
  private settle(ticket: string, answer: CommandAnswer): void {
    const pending = this.pending.get(ticket);
    if (!pending) return;
    this.pending.delete(ticket);
    this.bytes -= pending.bytes;
    pending.resolve(answer);
    if (this.pending.size === 0) this.whenEmpty?.();
  }

  private sweep(): void {
    const latest = performance.now() - this.settings.answerWithinMs;
    for (const [ticket, { since }] of this.pending) {
      if (since > latest) return;
      this.counts.unanswered++;
      this.settle(ticket, this.unknown('No answer came in time.'));
    }
  }

  private giveUp(why: string): void {
    for (const ticket of [...this.pending.keys()]) this.settle(ticket, this.unknown(why));
  }

  private unknown(why: string): CommandRefused {
    return this.refuse('overload.timeout', `${why} It may or may not be stored.`);
  }
}
