/** A partition while this consumer has it, on a channel of its own: what the broker had on its way when the partition was let go of goes back to the queue
 *  only with the channel. */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { Acknowledgements } from './acknowledgements.js';
import { Delivery, type DeliverySource } from './delivery.js';
import { queueOf } from './topology.js';

export interface PartitionEvents {
  delivered(delivery: Delivery): void;
  /** What is no command; `kept` acknowledges it. */
  unreadable(message: ConsumeMessage, kept: () => void): void;
  settled(delivery: Delivery): void;
  /** The channel broke, or the queue was deleted: whatever is not settled comes again. */
  lost(held: HeldPartition): void;
}

/** A closed channel's messages are back in a quorum queue when it noticed; whoever comes next should not be faster. */
const RETURNED_WITHIN_MS = 50;

export class HeldPartition implements DeliverySource {
  private channel: Channel | undefined;
  private acknowledgements: Acknowledgements | undefined;
  private consumerTag = '';
  private unsettled = 0;
  private whenFinished: (() => void) | undefined;
  private releasing: Promise<void> | undefined;

  constructor(
    readonly partition: number,
    private readonly prefetch: number,
    private readonly events: PartitionEvents,
  ) {}

  /** Resolves when it consumes; rejects where the connection breaks meanwhile. */
  async open(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => this.closed());
    this.acknowledgements = new Acknowledgements((deliveryTag, allUpTo) => {
      this.channel?.ack({ fields: { deliveryTag } } as ConsumeMessage, allUpTo);
    });
    this.channel = channel;
    await channel.prefetch(this.prefetch);
    ({ consumerTag: this.consumerTag } = await channel.consume(queueOf(this.partition), (message) => this.deliver(message)));
  }

  /** Takes nothing more, and resolves when all that it took is settled; `giveBack` settles what nobody works at. */
  release(giveBack: () => void): Promise<void> {
    this.releasing ??= this.letGo(giveBack);
    return this.releasing;
  }

  acknowledge(delivery: Delivery): void {
    this.acknowledgements?.add(delivery.message.fields.deliveryTag);
    this.settled(delivery);
  }

  giveBack(delivery: Delivery): void {
    if (this.channel) {
      this.acknowledgements!.skip(delivery.message.fields.deliveryTag);
      this.channel.nack(delivery.message, false, true);
    }
    this.settled(delivery);
  }

  async told(): Promise<void> {
    this.acknowledgements?.flush();
    // What a channel is asked it answers after what it was told.
    await this.channel?.prefetch(this.prefetch).catch(() => undefined);
  }

  private async letGo(giveBack: () => void): Promise<void> {
    const { channel } = this;
    if (!channel) return;
    try {
      await channel.cancel(this.consumerTag);
      giveBack();
      if (this.unsettled > 0) await new Promise<void>((resolve) => (this.whenFinished = resolve));
      this.acknowledgements!.flush();
      await channel.close();
    } catch {
      // The connection broke meanwhile: that, too, lets go of it.
    }
    await new Promise((resolve) => setTimeout(resolve, RETURNED_WITHIN_MS));
  }

  private deliver(message: ConsumeMessage | null): void {
    if (!message) return void this.channel?.close().catch(() => undefined);
    let delivery: Delivery;
    try {
      delivery = new Delivery(message, this);
    } catch {
      return this.events.unreadable(message, () => this.acknowledgements?.add(message.fields.deliveryTag));
    }
    this.unsettled++;
    this.events.delivered(delivery);
  }

  private settled(delivery: Delivery): void {
    this.unsettled--;
    this.events.settled(delivery);
    if (this.unsettled === 0) this.whenFinished?.();
  }

  private closed(): void {
    this.channel = undefined;
    this.acknowledgements = undefined;
    this.whenFinished?.();
    if (!this.releasing) this.events.lost(this);
  }
}
