/** An api's end and an ingestor's end of the queue on RabbitMQ, as one, for the suite that every queue passes. */
import type { openRabbitMqCommandQueue, RabbitMqCommandQueue, RabbitMqCommandQueueConfig } from '#adapters/rabbitmq';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { CommandQueue, type CommandHandler } from '#ports';

export type Config = Omit<RabbitMqCommandQueueConfig, 'role'>;

export async function openPair(open: typeof openRabbitMqCommandQueue, config: Config): Promise<RabbitMqPair> {
  const sender = await open({ ...config, role: 'sender' });
  return new RabbitMqPair(sender, await open({ ...config, role: 'consumer' }));
}

export class RabbitMqPair extends CommandQueue {
  constructor(
    readonly sender: RabbitMqCommandQueue,
    readonly consumer: RabbitMqCommandQueue,
  ) {
    super();
  }
  send(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.sender.send(command);
  }
  enqueue(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.sender.enqueue(command);
  }
  consume(handler: CommandHandler): Promise<void> {
    return this.consumer.consume(handler);
  }
  depth(): { commands: number; bytes: number } {
    return this.sender.depth();
  }
  async close(): Promise<void> {
    await this.sender.close();
    await this.consumer.close();
  }
}
