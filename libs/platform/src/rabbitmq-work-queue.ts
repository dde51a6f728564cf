/** `WorkQueue` on RabbitMQ by Nest's transport, whose defaults lose work: here every item is persistent, confirmed, and acknowledged only
 *  when it is taken care of. */
import { Logger } from '@nestjs/common';
import { ClientRMQ, ServerRMQ, type RmqContext, type RmqOptions } from '@nestjs/microservices';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import { lastValueFrom, timeout } from 'rxjs';
import type { JsonObject } from '#contracts';
import { WorkQueue, type WorkHandler } from '#ports';

export interface RabbitMqWorkQueueConfig {
  url: string;
  queueType: 'quorum' | 'classic';
  /** The same for all that share the work. */
  queue?: string;
  logger: { warn(members: object, message: string): void };
}

const PATTERN = 'work';
/** Longer than a healthy broker takes by far; whoever waits for the answer goes on without. */
const SEND_WITHIN_MS = 2_000;
/** An item that cannot be taken care of now is tried again, not at once. */
const AGAIN_AFTER_MS = 200;
const CONNECT_WITHIN_MS = 10_000;

/** Throws where the broker is missing or refuses. */
export async function openRabbitMqWorkQueue(config: RabbitMqWorkQueueConfig): Promise<RabbitMqWorkQueue> {
  // Nest would print beside our own log, in another form.
  Logger.overrideLogger(false);
  const queue = new RabbitMqWorkQueue(config);
  await queue.open();
  return queue;
}

type Options = NonNullable<RmqOptions['options']>;
interface Channel {
  ack(message: unknown): void;
  nack(message: unknown, allUpTo: boolean, requeue: boolean): void;
}

export class RabbitMqWorkQueue extends WorkQueue {
  private readonly client: Sender;
  private server: Receiver | undefined;
  private up = true;
  private closed = false;
  private readonly counted = { sent: 0, refused: 0, taken: 0, handed_back: 0, disconnects: 0 };

  constructor(private readonly config: RabbitMqWorkQueueConfig) {
    super();
    // What its client consumes are answers, which the broker refuses to have acknowledged.
    this.client = new Sender({ ...this.options(), noAck: true });
    this.client.status.subscribe((status) => this.noteStatus(status));
  }

  async open(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CONNECT_WITHIN_MS} ms`)), CONNECT_WITHIN_MS);
    });
    try {
      await Promise.race([this.client.connect(), late]);
    } catch (error) {
      await this.client.close().catch(() => undefined);
      throw reasonOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async send(item: JsonObject): Promise<void> {
    if (this.closed) throw new Error('the work queue is closed');
    try {
      await lastValueFrom(this.client.emit(PATTERN, item).pipe(timeout(SEND_WITHIN_MS)), { defaultValue: undefined });
      this.counted.sent++;
    } catch (error) {
      this.counted.refused++;
      throw reasonOf(error);
    }
  }

  async consume(atOnceMax: number, handler: WorkHandler): Promise<void> {
    const server = new Receiver({ ...this.options(), prefetchCount: atOnceMax });
    this.server = server;
    server.addHandler(PATTERN, (item: JsonObject, context: RmqContext) => this.handle(item, context, handler), true);
    await new Promise<void>((resolve, reject) => {
      void server.listen((error?: unknown) => (error === undefined || error === null ? resolve() : reject(reasonOf(error))));
    });
  }

  async health(): Promise<void> {
    if (!this.up) throw new Error('the connection to RabbitMQ broke; it is made again');
  }

  figures(): Record<string, number> {
    return { ...this.counted, connected: this.up ? 1 : 0 };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.server?.close();
    await this.client.close();
  }

  private async handle(item: JsonObject, context: RmqContext, handler: WorkHandler): Promise<void> {
    const [channel, message] = [context.getChannelRef() as Channel, context.getMessage()];
    try {
      await handler(item);
      this.counted.taken++;
      settle(() => channel.ack(message));
    } catch {
      this.counted.handed_back++;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS).unref());
      settle(() => channel.nack(message, false, true));
    }
  }

  private options(): Options {
    const { url, queueType, queue = 'work.analyses' } = this.config;
    return {
      urls: [url],
      queue,
      queueOptions: { durable: true, arguments: { 'x-queue-type': queueType } },
      noAck: false,
      persistent: true,
      socketOptions: { reconnectTimeInSeconds: 1, connectionOptions: { noDelay: true } },
    };
  }

  private noteStatus(status: string): void {
    const up = status !== 'disconnected';
    if (this.up && !up) {
      this.counted.disconnects++;
      this.config.logger.warn({}, 'the connection of the work queue broke; it is made again');
    }
    this.up = up;
  }
}

/** Nobody answers to an item: without the queue for answers there is nothing pending that could fail where nobody hears it. */
class Sender extends ClientRMQ {
  override async consumeChannel(): Promise<void> {}

  override createClient(): AmqpConnectionManager {
    const manager = super.createClient();
    hearErrorsOfChannels(manager);
    return manager;
  }
}

/** A channel that goes in the moment in which it begins to consume would end the process: nobody waits for that promise. */
class Receiver extends ServerRMQ {
  override async createClient<T>(): Promise<T> {
    const manager = await super.createClient<AmqpConnectionManager>();
    hearErrorsOfChannels(manager);
    return manager as T;
  }

  override async setupChannel(channel: { consume(...args: unknown[]): Promise<unknown> }, callback: () => void): Promise<void> {
    const consume = channel.consume.bind(channel);
    let consuming: Promise<unknown> = Promise.resolve();
    channel.consume = (...args) => {
      consuming = consume(...args);
      consuming.catch(() => undefined);
      return consuming;
    };
    await super.setupChannel(channel, () => undefined);
    await consuming;
    callback();
  }
}

/** A channel that breaks while it is set up is set up again with the next connection; an error that nobody hears would end the process. */
function hearErrorsOfChannels(manager: AmqpConnectionManager): void {
  const create = manager.createChannel.bind(manager);
  manager.createChannel = (options) => create(options).on('error', () => undefined);
}

/** A channel that has gone has handed its items over again already. */
function settle(act: () => void): void {
  try {
    act();
  } catch {
    // As said.
  }
}

function reasonOf(error: unknown): Error {
  const inner = (error as { err?: unknown } | undefined)?.err ?? error;
  return inner instanceof Error ? inner : new Error(String(inner));
}
