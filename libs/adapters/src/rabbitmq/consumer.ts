/** The ingestor's end of the queue: consumes the partitions that are its own among the ingestors that live, and lets go of the others when it has
 *  finished what it took of them. */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { CommandHandler } from '#ports';
import { Delivery, DeliveryChannel, type DeliverySource } from './delivery.js';
import { Intake } from './intake.js';
import { openLink, type Link } from './link.js';
import { Membership } from './membership.js';
import { Outbound } from './outbound.js';
import { Parking, type KeepParked } from './parking.js';
import { Replies } from './replies.js';
import type { RabbitMqSettings } from './settings.js';
import { Suspects } from './suspects.js';
import { declareCommands, queueOf } from './topology.js';

/** Deliveries before a command is a suspect. */
const UNSUSPECTED = 2;

export async function openCommandConsumer(settings: RabbitMqSettings): Promise<CommandConsumer> {
  const consumer = new CommandConsumer(settings);
  await consumer.open();
  return consumer;
}

export class CommandConsumer {
  private link!: Link;
  private readonly outbound: Outbound;
  private readonly replies: Replies;
  private readonly parking: Parking;
  private readonly membership: Membership;
  private readonly suspects: Suspects;
  private intake: Intake | undefined;
  private channel: DeliveryChannel | undefined;
  private readonly held = new Map<number, HeldPartition>();
  private closing = false;

  constructor(private readonly settings: RabbitMqSettings) {
    this.outbound = new Outbound(settings);
    this.replies = new Replies(this.outbound);
    this.parking = new Parking(this.outbound, this.replies, settings.logger);
    this.membership = new Membership({
      settings,
      outbound: this.outbound,
      holds: () => [...this.held.keys()],
      changed: () => void this.share(),
    });
    this.suspects = new Suspects({
      triesMax: Math.max(1, settings.deliveriesMax - UNSUSPECTED),
      park: (delivery, why) => this.parking.park(delivery, why),
      recount: (delivery, counts) => this.parking.recount(delivery, counts),
    });
  }

  async open(): Promise<void> {
    const { url, logger } = this.settings;
    this.link = await openLink({
      url,
      name: `thingsio consumer ${this.settings.memberId}`,
      logger,
      setup: (connection) => this.setUp(connection),
      onUp: () => void this.share(),
      onDown: () => this.lost(),
    });
    try {
      await this.outbound.open((channel) => this.membership.setUp(channel));
    } catch (error) {
      await this.link.close();
      throw error;
    }
  }

  async consume(handler: CommandHandler): Promise<void> {
    if (this.intake) throw new Error('The queue has a consumer already.');
    this.intake = new Intake({
      handler,
      replies: this.replies,
      suspects: this.suspects,
      park: (delivery, why) => this.parking.park(delivery, why),
    });
    await this.membership.join();
    await this.share();
  }

  drainParked(keep: KeepParked): Promise<void> {
    return this.parking.drainInto(keep);
  }

  partitions(): number[] {
    return [...this.held.keys()].sort((a, b) => a - b);
  }

  depth(): { commands: number; bytes: number } {
    return { commands: this.intake?.commands ?? 0, bytes: this.intake?.bytes ?? 0 };
  }

  async health(): Promise<void> {
    await this.link.health();
    await this.outbound.health();
  }

  figures(): Record<string, number> {
    return {
      ...this.intake?.counts,
      ...this.parking.counts,
      suspects: this.suspects.size,
      inFlightCommands: this.depth().commands,
      inFlightBytes: this.depth().bytes,
      partitions: this.held.size,
      members: this.membership.size,
      connected: this.link.isUp && this.outbound.isUp ? 1 : 0,
      blocked: this.outbound.isBlocked ? 1 : 0,
      reconnects: this.link.reconnects + this.outbound.reconnects,
    };
  }

  /** Lets go of all partitions; what time does not suffice for goes back to the queue. */
  async close(): Promise<void> {
    this.closing = true;
    const { closeWithinMs } = this.settings;
    await within(closeWithinMs, Promise.all([...this.held.values()].map((partition) => this.release(partition))));
    this.channel?.acknowledgements.flush();
    this.membership.leave();
    await this.link.close();
    await this.outbound.close(closeWithinMs);
  }

  private async setUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.settings.logger.warn({ error: error.message }, 'the channel to RabbitMQ broke'));
    await declareCommands(channel, this.settings);
    await channel.prefetch(this.settings.prefetch);
    await this.setUpParking(connection);
    // A channel that breaks alone takes its connection with it, so that there is one way back.
    channel.on('close', () => setImmediate(() => void connection.close().catch(() => undefined)));
    this.channel = new DeliveryChannel(channel);
  }

  private async setUpParking(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.settings.logger.warn({ error: error.message }, 'the channel of parked commands broke'));
    await this.parking.setUp(channel);
  }

  /** The broker gives what was delivered on it to others, or to this one again. */
  private lost(): void {
    this.channel = undefined;
    this.intake?.giveBack();
    this.held.clear();
  }

  /** Lets go of what is no longer its own, and takes what is and nobody else holds. */
  private async share(): Promise<void> {
    const { channel } = this;
    if (!channel || !this.intake || this.closing) return;
    const owned = this.membership.owned();
    const before = this.held.size;
    for (const partition of this.held.values()) if (!owned.has(partition.partition)) void this.release(partition);
    const free = [...owned].filter((partition) => !this.held.has(partition) && !this.membership.isHeldByAnother(partition));
    await Promise.all(free.map((partition) => this.acquire(partition, channel)));
    if (this.held.size !== before) this.membership.beat();
  }

  private async acquire(partition: number, from: DeliveryChannel): Promise<void> {
    const held = new HeldPartition(partition, (delivery) => this.intake!.settled(delivery));
    this.held.set(partition, held);
    const { channel } = from;
    try {
      const { consumerTag } = await channel.consume(queueOf(partition), (message) => this.delivered(message, held, from));
      held.consumerTag = consumerTag;
    } catch {
      // The connection broke, or the queue is gone: with the next one, or the next sign of life, it is tried again.
      if (this.held.get(partition) === held) this.held.delete(partition);
    }
  }

  private async release(held: HeldPartition): Promise<void> {
    if (held.releasing || held.consumerTag === undefined) return held.released;
    held.releasing = true;
    try {
      await this.channel?.channel.cancel(held.consumerTag);
      this.intake!.giveBack(held.partition);
      await held.finished();
    } catch {
      // The connection broke: it is let go of already.
    }
    if (this.held.get(held.partition) === held) this.held.delete(held.partition);
    held.wasReleased();
    if (!this.closing) {
      this.membership.beat();
      void this.share();
    }
  }

  private delivered(message: ConsumeMessage | null, held: HeldPartition, from: DeliveryChannel): void {
    // The queue was deleted, or its node went: it is declared and consumed again.
    if (!message) return this.cancelled(held, from.channel);
    const { deliveryTag } = message.fields;
    let delivery: Delivery;
    try {
      delivery = new Delivery(message, from, held);
    } catch {
      return this.parking.unreadable(message, () => from.acknowledgements.add(deliveryTag));
    }
    held.took();
    this.intake!.take(delivery);
  }

  private cancelled(held: HeldPartition, channel: Channel): void {
    this.held.delete(held.partition);
    this.settings.logger.warn({ partition: held.partition }, 'RabbitMQ cancelled the consumer of a partition');
    void declareCommands(channel, this.settings).catch(() => undefined);
  }
}

/** A partition that this consumer consumes, until it has let go of it. */
class HeldPartition implements DeliverySource {
  consumerTag: string | undefined;
  releasing = false;
  readonly released: Promise<void>;
  wasReleased!: () => void;
  private unsettled = 0;
  private whenFinished: (() => void) | undefined;

  constructor(
    readonly partition: number,
    private readonly onSettled: (delivery: Delivery) => void,
  ) {
    this.released = new Promise((resolve) => (this.wasReleased = resolve));
  }

  took(): void {
    this.unsettled++;
  }

  settled(delivery: Delivery): void {
    this.unsettled--;
    this.onSettled(delivery);
    if (this.unsettled === 0) this.whenFinished?.();
  }

  async finished(): Promise<void> {
    if (this.unsettled > 0) await new Promise<void>((resolve) => (this.whenFinished = resolve));
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
