/** One command as the broker handed it over, with what is needed to settle it there. */
import type { ConsumeMessage } from 'amqplib';
import type { CommandEnvelope } from '#contracts';
import { decodeCommand, identityOf, isCounted, timesSuspected, triesOf, weightOf } from './message.js';

/** Where it came from, and where it is settled. */
export interface DeliverySource {
  readonly partition: number;
  acknowledge(delivery: Delivery): void;
  giveBack(delivery: Delivery): void;
  /** Resolves when the broker knows of all that was acknowledged. */
  told(): Promise<void>;
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

  /** The broker counts its deliveries, or need not yet. */
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
    if (this.settle()) this.source.acknowledge(this);
  }

  /** Resolves when the broker knows. */
  acknowledgeNow(): Promise<void> {
    this.acknowledge();
    return this.source.told();
  }

  /** For whoever owns the partition next, or for this one once more. */
  giveBack(): void {
    if (this.settle()) this.source.giveBack(this);
  }

  private settle(): boolean {
    const isFirst = !this.isSettled;
    this.isSettled = true;
    return isFirst;
  }
}
