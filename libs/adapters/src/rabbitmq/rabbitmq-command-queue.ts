/** The command queue on RabbitMQ. An api opens it as a sender, an ingestor as a consumer; neither knows how many others there are. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { CommandQueue, type CommandHandler } from '#ports';
import { openCommandConsumer, type CommandConsumer } from './consumer.js';
import type { KeepParked } from './parking.js';
import { openCommandSender, type CommandSender } from './sender.js';
import { settingsOf, type RabbitMqCommandQueueConfig } from './settings.js';

/** Rejects with `ServerRefusedError` in one line where the broker is missing or refuses; after that it comes back by itself. */
export async function openRabbitMqCommandQueue(config: RabbitMqCommandQueueConfig): Promise<RabbitMqCommandQueue> {
  const settings = settingsOf(config);
  return new RabbitMqCommandQueue(
    settings.role === 'sender' ? { sender: await openCommandSender(settings) } : { consumer: await openCommandConsumer(settings) },
  );
}

export class RabbitMqCommandQueue extends CommandQueue {
  readonly #sender: CommandSender | undefined;
  readonly #consumer: CommandConsumer | undefined;
  #closed: Promise<void> | undefined;

  constructor({ sender, consumer }: { sender?: CommandSender; consumer?: CommandConsumer }) {
    super();
    this.#sender = sender;
    this.#consumer = consumer;
  }

  send(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.#theSender().put(command, true);
  }

  enqueue(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.#theSender().put(command, false);
  }

  async consume(handler: CommandHandler): Promise<void> {
    await this.#theConsumer().consume(handler);
  }

  override async drainParked(keep: KeepParked): Promise<void> {
    await this.#theConsumer().drainParked(keep);
  }

  override partitions(): number[] | undefined {
    return this.#consumer?.partitions();
  }

  depth(): { commands: number; bytes: number } {
    return this.#end().depth();
  }

  /** Rejects with why the queue takes or gives nothing now. */
  health(): Promise<void> {
    return this.#end().health();
  }

  /** Plain counters and gauges, for the metrics of the app. */
  figures(): Record<string, number> {
    return this.#end().figures();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end().close();
    return this.#closed;
  }

  #end(): CommandSender | CommandConsumer {
    return (this.#sender ?? this.#consumer)!;
  }

  #theSender(): CommandSender {
    if (!this.#sender) throw new Error('This queue was opened to consume, not to send.');
    return this.#sender;
  }

  #theConsumer(): CommandConsumer {
    if (!this.#consumer) throw new Error('This queue was opened to send, not to consume.');
    return this.#consumer;
  }
}
