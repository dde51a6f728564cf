/** Where commands go that killed their consumer too often, or that nobody could read: into queues of their own, from which an ingestor carries them to
 *  where operators look. */
import type { Channel, ConsumeMessage } from 'amqplib';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { ParkedByQueue } from '#ports';
import type { Delivery } from './delivery.js';
import { copyOf, decodeCommand, triesOf } from './message.js';
import type { Outbound } from './outbound.js';
import type { Replies } from './replies.js';
import type { RabbitMqLogger } from './settings.js';
import { COMMANDS_EXCHANGE, PARKED_QUEUE, UNREADABLE_QUEUE } from './topology.js';

export type KeepParked = (parked: ParkedByQueue) => Promise<void>;

/** Header that says why. */
const WHY = 'why';
/** What could not be kept waits so long before it is tried again. */
const AGAIN_AFTER_MS = 2_000;
const PREFETCH = 8;

export class Parking {
  readonly counts = { parked: 0, unreadable: 0 };
  private keep: KeepParked | undefined;
  private channel: Channel | undefined;

  constructor(
    private readonly outbound: Outbound,
    private readonly replies: Replies,
    private readonly logger: RabbitMqLogger,
  ) {}

  /** Its sender is told, and it is acknowledged, when it is kept. */
  park(delivery: Delivery, why: string): void {
    const { message, tries, suspected, command } = delivery;
    this.counts.parked++;
    this.logger.warn({ stream: command.stream, commandId: command.commandId, tries, why }, 'a command is parked');
    const options = copyOf(message, { tries, suspected });
    this.outbound.post({
      exchange: '',
      routingKey: PARKED_QUEUE,
      content: message.content,
      options: { ...options, headers: { ...(options.headers as object), [WHY]: why } },
      confirmed: () => this.tell(delivery),
    });
  }

  /** It goes to the end of its partition, under new counts; resolves when this delivery is gone for good. */
  recount(delivery: Delivery, counts: { tries: number; suspected: number }): Promise<void> {
    return new Promise((resolve) => {
      this.outbound.post({
        exchange: COMMANDS_EXCHANGE,
        routingKey: `${delivery.partition}`,
        content: delivery.message.content,
        options: copyOf(delivery.message, counts),
        confirmed: () => resolve(delivery.acknowledgeNow()),
      });
    });
  }

  unreadable({ content, properties }: ConsumeMessage, confirmed: () => void): void {
    this.counts.unreadable++;
    this.logger.warn({ messageId: String(properties.messageId) }, `a message is no command; it is kept in ${UNREADABLE_QUEUE}`);
    const options = { contentType: properties.contentType as string | undefined, headers: properties.headers, persistent: true };
    this.outbound.post({ exchange: '', routingKey: UNREADABLE_QUEUE, content, options, confirmed });
  }

  /** From now on, and after every connect, what is parked is handed to `keep`. */
  async drainInto(keep: KeepParked): Promise<void> {
    this.keep = keep;
    if (this.channel) await this.consume(this.channel);
  }

  async setUp(channel: Channel): Promise<void> {
    this.channel = channel;
    channel.on('close', () => {
      if (this.channel === channel) this.channel = undefined;
    });
    await channel.prefetch(PREFETCH);
    if (this.keep) await this.consume(channel);
  }

  private async consume(channel: Channel): Promise<void> {
    await channel.consume(PARKED_QUEUE, (message) => message && void this.carry(channel, message));
  }

  private async carry(channel: Channel, message: ConsumeMessage): Promise<void> {
    const settle = (act: () => void): void => {
      if (this.channel === channel) act();
    };
    let envelope: CommandEnvelope;
    try {
      envelope = { ...decodeCommand(message), redelivered: true };
    } catch {
      return this.unreadable(message, () => settle(() => channel.ack(message)));
    }
    try {
      const why = String(message.properties.headers?.[WHY] ?? 'It was handed over too often without an acknowledgement.');
      await this.keep!({ envelope, tries: triesOf(message), error: { code: 'command.parked', message: why }, parkedAt: Date.now() });
      settle(() => channel.ack(message));
    } catch (error) {
      this.logger.warn({ error: String(error) }, 'a parked command could not be kept; it stays in the queue');
      setTimeout(() => settle(() => channel.nack(message, false, true)), AGAIN_AFTER_MS).unref();
    }
  }

  private tell(delivery: Delivery): void {
    const { replyTo, tries, suspected } = delivery;
    if (!replyTo) return delivery.acknowledge();
    const answer: CommandAnswer = {
      ok: false,
      code: 'command.parked',
      message: `The command failed ${tries + suspected} times and was parked.`,
    };
    this.replies.add(replyTo.address, replyTo.ticket, answer, () => delivery.acknowledge());
  }
}
