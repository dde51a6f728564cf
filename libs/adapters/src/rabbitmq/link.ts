/** A connection to the broker that comes back by itself: amqplib's recovery, with this service's back-off and one clear line at the start. */
import type { Socket } from 'node:net';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { StoreUnavailableError } from '#ports';
import { ServerRefusedError, textOf, withoutPassword } from '../shared/server-url.js';
import type { RabbitMqLogger } from './settings.js';
import { writeTogether } from './write-together.js';

export interface LinkOptions {
  url: string;
  /** Shown among the broker's connections, and in the log. */
  name: string;
  logger: RabbitMqLogger;
  /** Opens channels and declares what they need, after every connect; the link is up when it resolves. */
  setup(connection: ChannelModel): Promise<void>;
  onUp?(): void;
  onDown?(): void;
}

/** Seconds of silence before either side asks whether the other lives; twice that, and the connection is given up. */
const HEARTBEAT_SECONDS = 5;
const CONNECT_WITHIN_MS = 10_000;
/** A broker that hangs is not waited for. */
const CLOSE_WITHIN_MS = 2_000;
/** From 0.2 s to 2 s, each a fifth more or less, so that not all come back at once: devices are refused until then, and an attempt costs next to nothing. */
const BACK_OFF = { initialDelay: 200, maxDelay: 2_000, factor: 2, jitter: 0.2 };

/** Rejects with `ServerRefusedError` where the first connect fails. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const link = new Link(options);
  try {
    link.attach(await connectTo(options, (connection) => link.setup(connection)));
  } catch (error) {
    throw new ServerRefusedError('RABBITMQ_URL', options.url, textOf(error), { cause: error });
  }
  return link;
}

export class Link {
  reconnects = 0;
  /** Why the broker takes nothing at the moment, where it does not. */
  blocked: string | undefined;
  private up = true;
  private lastError = '';
  private recovering: RecoveringChannelModel | undefined;

  constructor(private readonly options: LinkOptions) {}

  get isUp(): boolean {
    return this.up;
  }

  /** Rejects with why nothing can be sent now. */
  async health(): Promise<void> {
    if (!this.up) throw new StoreUnavailableError(`${withoutPassword(this.options.url)}: ${this.lastError}`);
    if (this.blocked !== undefined) throw new StoreUnavailableError(`${withoutPassword(this.options.url)} blocks: ${this.blocked}`);
  }

  async close(): Promise<void> {
    await this.recovering?.close();
  }

  async setup(connection: ChannelModel): Promise<void> {
    // Public in its code, not in its types.
    const { stream } = connection.connection as unknown as { stream: Socket };
    writeTogether(stream);
    closeSurely(connection, stream);
    // Errors are followed by a close, which is what is acted on.
    connection.on('error', (error) => (this.lastError = textOf(error)));
    connection.on('blocked', (reason) => this.setBlocked(reason));
    connection.on('unblocked', () => this.setBlocked(undefined));
    await this.options.setup(connection);
  }

  attach(recovering: RecoveringChannelModel): void {
    this.recovering = recovering;
    const { logger, name } = this.options;
    recovering.on('error', () => undefined);
    recovering.on('disconnect', (error) => {
      this.up = false;
      this.blocked = undefined;
      this.lastError = textOf(error);
      logger.warn({ link: name, error: this.lastError }, 'the connection to RabbitMQ broke; it is made again');
      this.options.onDown?.();
    });
    recovering.on('connect-failed', (error) => (this.lastError = textOf(error)));
    recovering.on('reconnect-scheduled', ({ attempt, delay }) => {
      if (attempt > 1) logger.warn({ link: name, attempt, delayMs: delay, error: this.lastError }, 'RabbitMQ cannot be reached');
    });
    recovering.on('connect', () => {
      this.up = true;
      this.reconnects++;
      logger.info({ link: name }, 'connected to RabbitMQ again');
      this.options.onUp?.();
    });
  }

  private setBlocked(reason: string | undefined): void {
    this.blocked = reason;
    const { logger, name } = this.options;
    if (reason === undefined) logger.info({ link: name }, 'RabbitMQ takes messages again');
    else logger.warn({ link: name, reason }, 'RabbitMQ takes no messages');
  }
}

function connectTo({ url, name }: LinkOptions, setup: (connection: ChannelModel) => Promise<void>): Promise<RecoveringChannelModel> {
  return connect(withHeartbeat(url), {
    // Without it a confirm waits for the other side's delayed acknowledgement: 22 instead of 850 messages/s.
    noDelay: true,
    keepAlive: true,
    timeout: CONNECT_WITHIN_MS,
    clientProperties: { connection_name: name },
    recovery: { ...BACK_OFF, initialMaxRetries: 0, setup },
  });
}

/** amqplib waits for ever where the connection ends before the broker answered to its close: nobody would come back after that. */
function closeSurely(connection: ChannelModel, stream: Socket): void {
  const close = connection.close.bind(connection);
  connection.close = async () => {
    const late = setTimeout(() => stream.destroy(new Error('the broker did not answer to the close')), CLOSE_WITHIN_MS);
    const ended = new Promise<void>((resolve) => connection.once('close', () => resolve()));
    await Promise.race([close(), ended]).finally(() => clearTimeout(late));
  };
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', `${HEARTBEAT_SECONDS}`);
  return parsed.href;
}
