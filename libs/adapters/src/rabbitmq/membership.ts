/** Signs of life: each ingestor tells all others once a second that it lives and what it holds, and at once when that changes. */
import type { Channel } from 'amqplib';
import { Members, type Beat } from './members.js';
import type { Outbound } from './outbound.js';
import { partitionsOf } from './partitions.js';
import type { RabbitMqSettings } from './settings.js';
import { MEMBERS_EXCHANGE } from './topology.js';

/** Part of a beat in which whoever lives answers a newcomer; each of them is heard by then, or a beat later, when what it holds is let go of again. */
const ANSWERED_WITHIN = 0.4;
/** Nobody reads them later. */
const BEATS_KEPT_MS = 10_000;

export interface MembershipOptions {
  settings: Pick<RabbitMqSettings, 'memberId' | 'beatMs' | 'partitions'>;
  outbound: Outbound;
  holds(): number[];
  /** Who lives, or what others hold, may be different now. */
  changed(): void;
}

export class Membership {
  private readonly members: Members;
  private timer: NodeJS.Timeout | undefined;
  private started = false;
  /** It knows the others. */
  private joined = false;
  private readonly echoed: (() => void)[] = [];

  constructor(private readonly options: MembershipOptions) {
    this.members = new Members(options.settings.memberId, options.settings.beatMs);
  }

  get size(): number {
    return this.members.live().length;
  }

  /** Of this member, as long as nobody comes or goes. */
  owned(): Set<number> {
    const { memberId, partitions } = this.options.settings;
    return partitionsOf(memberId, this.members.live(), partitions);
  }

  isHeldByAnother(partition: number): boolean {
    return this.members.isHeldByAnother(partition);
  }

  /** After every connect. */
  async setUp(channel: Channel): Promise<void> {
    await channel.assertExchange(MEMBERS_EXCHANGE, 'fanout', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, messageTtl: BEATS_KEPT_MS });
    await channel.bindQueue(queue, MEMBERS_EXCHANGE, '');
    await channel.consume(queue, (message) => message && this.heard(message.content), { noAck: true });
  }

  /** Resolves when those who live have had time to say so: they hear this one when it hears itself. */
  async join(): Promise<void> {
    const { beatMs } = this.options.settings;
    this.started = true;
    this.timer = setInterval(() => this.beat(), beatMs);
    const heard = this.echo();
    this.beat();
    await heard;
    await new Promise((resolve) => setTimeout(resolve, beatMs * ANSWERED_WITHIN));
    this.joined = true;
  }

  beat(): void {
    if (this.started) this.say({ memberId: this.members.self, holds: this.options.holds() });
  }

  leave(): void {
    clearInterval(this.timer);
    if (this.started) this.say({ memberId: this.members.self, holds: [], leaving: true });
    this.started = false;
  }

  /** The next sign of life of its own that comes back. */
  private echo(): Promise<void> {
    return new Promise((resolve) => this.echoed.push(resolve));
  }

  private say(beat: Beat): void {
    this.options.outbound.mention(MEMBERS_EXCHANGE, Buffer.from(JSON.stringify(beat)));
  }

  private heard(content: Buffer): void {
    if (!this.started) return;
    const beat = JSON.parse(content.toString()) as Beat;
    const isNew = !this.members.knows(beat.memberId);
    const changed = this.members.hear(beat, performance.now());
    // So that it need not wait a second to know whom it shares with.
    if (isNew && !beat.leaving) this.beat();
    if (beat.memberId === this.members.self) this.echoed.splice(0).forEach((resolve) => resolve());
    // With its own, now and then, whatever was missed is made good.
    if (this.joined && (changed || beat.memberId === this.members.self)) this.options.changed();
  }
}
