/** One command as the broker handed it over, with what is needed to settle it there. */
import type { Channel, ConsumeMessage } from 'amqplib';
import type { CommandEnvelope } from '#contracts';
import { Acknowledgements } from './acknowledgements.js';
import { decodeCommand, identityOf, isCounted, timesSuspected, triesOf, weightOf } from './message.js';

/** The channel that deliveries came on. Once it is closed, the broker has given them to somebody else. */
export class DeliveryChannel {
  isOpen = true;
  readonly acknowledgements: Acknowledgements;

  constructor(readonly channel: Channel) {
    this.acknowledgements = new Acknowledgements((deliveryTag, allUpTo) => {
      if (this.isOpen) channel.ack({ fields: { deliveryTag } } as ConsumeMessage, allUpTo);
    });
    channel.on('close', () => (this.isOpen = false));
  }
}

/** A partition as far as deliveries are concerned. */
export interface DeliverySource {
  readonly partition: number;
  settled(delivery: Delivery): void;
}

export class Delivery {
  readonly command: CommandEnvelope;
  readonly identity: string;
  readonly bytes: number;
  /** Earlier deliveries without an acknowledgement. */
  readonly tries: number;
  /** How often it was tried as a suspect; not among `tries`. */
  readonly suspected: number;
  private isSettled = false;

  /** Throws for what is no command. */
  constructor(
    readonly message: ConsumeMessage,
    private readonly from: DeliveryChannel,
    private readonly source: DeliverySource,
  ) {
    this.command = decodeCommand(message);
    this.identity = identityOf(this.command);
    this.bytes = weightOf(this.command);
    this.tries = triesOf(message);
    this.suspected = timesSuspected(message);
  }

  get partition(): number {
    return this.source.partition;
  }

  get isCounted(): boolean {
    return isCounted(this.message);
  }

  /** Where an answer is wanted, and under which name. */
  get replyTo(): { address: string; ticket: string } | undefined {
    const { replyTo, correlationId } = this.message.properties;
    return typeof replyTo === 'string' ? { address: replyTo, ticket: String(correlationId) } : undefined;
  }

  /** It never comes again. */
  acknowledge(): void {
    if (this.isSettled) return;
    this.from.acknowledgements.add(this.message.fields.deliveryTag);
    this.settle();
  }

  /** For whoever owns the partition next, or for this one once more. */
  giveBack(): void {
    if (this.isSettled) return;
    if (this.from.isOpen) {
      this.from.acknowledgements.skip(this.message.fields.deliveryTag);
      this.from.channel.nack(this.message, false, true);
    }
    this.settle();
  }

  private settle(): void {
    this.isSettled = true;
    this.source.settled(this);
  }
}
