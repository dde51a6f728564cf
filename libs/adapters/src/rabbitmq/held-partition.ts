/** A partition while this consumer has it, on a channel of its own. It is let go of by closing the channel: with it a quorum queue takes back at once, and in
 *  order, what was not acknowledged, and only then makes another consumer the active one. What is under way to one that cancelled it takes back in any
 *  order. A classic queue hands over to the end what it is to cancel; what comes back from it must be published anew, so there that is better. */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { Acknowledgements } from './acknowledgements.js';
import { Delivery, type DeliverySource } from './delivery.js';
import type { RabbitMqSettings } from './settings.js';
import { queueOf } from './topology.js';

export interface PartitionEvents {
  delivered(delivery: Delivery): void;
  /** What is no command; `kept` acknowledges it. */
  unreadable(message: ConsumeMessage, kept: () => void): void;
  settled(delivery: Delivery): void;
  /** The channel broke, or the queue was deleted: whatever is not settled comes again. */
  lost(held: HeldPartition): void;
}

export class HeldPartition implements DeliverySource {
  private channel: Channel | undefined;
  private acknowledgements: Acknowledgements | undefined;
  private consumerTag = '';
  private takesNothing = false;
  private unsettled = 0;
  private whenFinished: (() => void) | undefined;
  private releasing: Promise<void> | undefined;

  constructor(
    readonly partition: number,
    private readonly settings: Pick<RabbitMqSettings, 'prefetch' | 'queueType'>,
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
    await channel.prefetch(this.settings.prefetch);
    // It was let go of meanwhile.
    if (this.releasing) return void (await channel.close());
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

  /** It goes back with the channel. */
  giveBack(delivery: Delivery): void {
    this.settled(delivery);
  }

  async told(): Promise<void> {
    this.acknowledgements?.flush();
    // What a channel is asked it answers after what it was told.
    await this.channel?.prefetch(this.settings.prefetch).catch(() => undefined);
  }

  private async letGo(giveBack: () => void): Promise<void> {
    const { channel } = this;
    if (!channel) return;
    try {
      if (this.settings.queueType === 'classic') await channel.cancel(this.consumerTag);
      this.takesNothing = true;
      giveBack();
      if (this.unsettled > 0) await new Promise<void>((resolve) => (this.whenFinished = resolve));
      this.acknowledgements?.flush();
      await channel.close();
    } catch {
      // The connection broke meanwhile: that, too, lets go of it.
    }
  }

  private deliver(message: ConsumeMessage | null): void {
    if (!message) return void this.channel?.close().catch(() => undefined);
    if (this.takesNothing) return;
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
