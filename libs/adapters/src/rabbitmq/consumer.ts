/** The ingestor's end of the queue: consumes the partitions that are its own among the ingestors that live, and lets go of the others when it has
 *  finished what it took of them. */
import type { ChannelModel } from 'amqplib';
import type { CommandHandler } from '#ports';
import { HeldPartition } from './held-partition.js';
import { Intake } from './intake.js';
import { openLink, type Link } from './link.js';
import { Membership } from './membership.js';
import { Outbound } from './outbound.js';
import { Parking, type KeepParked } from './parking.js';
import { Replies } from './replies.js';
import type { RabbitMqSettings } from './settings.js';
import { declareCommands } from './topology.js';

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
  private intake: Intake | undefined;
  private connection: ChannelModel | undefined;
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
    const { replies, parking } = this;
    this.intake = new Intake({ handler, replies, parking, deliveriesMax: this.settings.deliveriesMax });
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
      suspects: this.intake?.suspected ?? 0,
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
    await within(closeWithinMs, Promise.all([...this.held.values()].map((held) => this.release(held))));
    await this.link.close();
    // Only now others may take what was not finished: the broker has it back.
    this.membership.leave();
    await this.outbound.close(closeWithinMs);
  }

  private async setUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.settings.logger.warn({ error: error.message }, 'a channel to RabbitMQ broke'));
    await declareCommands(channel, this.settings);
    await this.parking.setUp(channel);
    // Should it break alone, it takes the connection with it, so that there is one way back.
    channel.on('close', () => setImmediate(() => void connection.close().catch(() => undefined)));
    this.connection = connection;
  }

  /** The broker gives what was delivered to others, or to this one again. */
  private lost(): void {
    this.connection = undefined;
    this.held.clear();
    this.intake?.giveBack();
  }

  /** Lets go of what is no longer its own, and takes what is and nobody else holds. */
  private async share(): Promise<void> {
    const { connection } = this;
    if (!connection || !this.intake || this.closing) return;
    const owned = this.membership.owned();
    for (const held of this.held.values()) if (!owned.has(held.partition)) void this.release(held);
    const free = [...owned].filter((partition) => !this.held.has(partition) && !this.membership.isHeldByAnother(partition));
    if (free.length === 0) return;
    await Promise.all(free.map((partition) => this.acquire(partition, connection)));
    this.membership.beat();
  }

  private async acquire(partition: number, connection: ChannelModel): Promise<void> {
    const held = new HeldPartition(partition, this.settings, {
      delivered: (delivery) => this.intake!.take(delivery),
      unreadable: (message, kept) => this.parking.unreadable(message, kept),
      settled: (delivery) => this.intake!.settled(delivery),
      lost: () => this.partitionLost(held),
    });
    this.held.set(partition, held);
    // Where it breaks, it is lost, and tried again with the next sign of life.
    await held.open(connection).catch(() => this.forget(held));
  }

  private async release(held: HeldPartition): Promise<void> {
    await held.release(() => this.intake!.giveBack(held.partition));
    if (!this.forget(held) || this.closing) return;
    this.membership.beat();
    // It may be wanted again by now.
    void this.share();
  }

  private forget(held: HeldPartition): boolean {
    return this.held.get(held.partition) === held && this.held.delete(held.partition);
  }

  /** Its channel broke alone: its queue was deleted, or lost its node. */
  private partitionLost(held: HeldPartition): void {
    if (!this.forget(held)) return;
    const { settings, connection } = this;
    this.intake?.giveBack(held.partition);
    // Where the whole connection broke, that is told, and done about, for all of them.
    setImmediate(() => {
      if (!connection || this.connection !== connection) return;
      settings.logger.warn({ partition: held.partition }, 'RabbitMQ took a partition away; it is declared and consumed again');
      void this.declareAgain(connection).catch(() => undefined);
    });
  }

  private async declareAgain(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await declareCommands(channel, this.settings);
    await channel.close();
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
