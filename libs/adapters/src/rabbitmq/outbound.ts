/** What an ingestor says to the broker: answers, commands to be parked, signs of life. On a connection of its own, because a broker that is short of
 *  memory stops reading from whoever publishes, and acknowledgements must still get through then. */
import type { Channel, ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { openLink, type Link } from './link.js';
import type { RabbitMqSettings } from './settings.js';

interface Letter {
  exchange: string;
  routingKey: string;
  content: Buffer;
  options: Options.Publish;
  confirmed(): void;
}

export class Outbound {
  private link!: Link;
  private channel: ConfirmChannel | undefined;
  /** In the order in which they were posted. */
  private readonly unconfirmed = new Set<Letter>();
  private whenEmpty: (() => void) | undefined;

  constructor(private readonly settings: Pick<RabbitMqSettings, 'url' | 'logger'>) {}

  /** `setup` is run on the channel after every connect. */
  async open(setup: (channel: Channel) => Promise<void>): Promise<void> {
    const { url, logger } = this.settings;
    this.link = await openLink({
      url,
      name: 'thingsio consumer, outbound',
      logger,
      setup: (connection) => this.setUp(connection, setup),
      onDown: () => (this.channel = undefined),
    });
  }

  get isUp(): boolean {
    return this.channel !== undefined;
  }

  get isBlocked(): boolean {
    return this.link.blocked !== undefined;
  }

  /** Published until the broker confirms it, over broken connections too. */
  post(letter: Letter): void {
    this.unconfirmed.add(letter);
    this.publish(letter);
  }

  /** Once, or not at all. */
  mention(exchange: string, content: Buffer): void {
    try {
      this.channel?.publish(exchange, '', content);
    } catch {
      // It is closing; the next sign of life tells the same.
    }
  }

  health(): Promise<void> {
    return this.link.health();
  }

  get reconnects(): number {
    return this.link.reconnects;
  }

  /** When all is confirmed, or time is up. */
  async close(withinMs: number): Promise<void> {
    if (this.unconfirmed.size > 0 && !this.isBlocked) {
      let late: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.whenEmpty = resolve;
        late = setTimeout(resolve, withinMs);
      });
      clearTimeout(late);
    }
    await this.link.close();
  }

  private async setUp(connection: ChannelModel, setup: (channel: Channel) => Promise<void>): Promise<void> {
    const channel = await connection.createConfirmChannel();
    channel.on('error', (error) => this.settings.logger.warn({ error: error.message }, 'the outbound channel to RabbitMQ broke'));
    channel.on('close', () => setImmediate(() => void connection.close().catch(() => undefined)));
    await setup(channel);
    this.channel = channel;
    for (const letter of this.unconfirmed) this.publish(letter);
  }

  private publish(letter: Letter): void {
    const { exchange, routingKey, content, options } = letter;
    try {
      this.channel?.publish(exchange, routingKey, content, options, (error) => this.told(letter, error));
    } catch {
      // The channel is closed already: it is published again when there is another.
    }
  }

  private told(letter: Letter, error: unknown): void {
    // Where the channel is gone, the next one publishes it again.
    if (error instanceof Error) return error.message === 'message nacked' ? this.publish(letter) : undefined;
    if (!this.unconfirmed.delete(letter)) return;
    letter.confirmed();
    if (this.unconfirmed.size === 0) this.whenEmpty?.();
  }
}
