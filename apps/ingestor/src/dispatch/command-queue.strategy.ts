/** The command queue as a Nest transport: what the queue hands over goes to the handler of `COMMANDS`, a batch a message. */
import { CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { CommandHandler, CommandQueue } from '#ports';

/** The pattern of the handler that takes batches. It returns one promise a command, in order. */
export const COMMANDS = 'commands';

export class CommandQueueStrategy extends Server implements CustomTransportStrategy {
  constructor(private readonly queue: CommandQueue) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    const handler = this.getHandlerByPattern(COMMANDS);
    if (!handler) return callback(new Error(`No handler takes ${COMMANDS}.`));
    // Nest's pipeline runs once a batch; the answers of its commands come one by one.
    const handle: CommandHandler = (batch) => {
      const answers = handler(batch) as Promise<unknown>;
      return batch.map(async (envelope, i) => answerAt(await answers, i, envelope));
    };
    this.queue.consume(handle).then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.queue.close();
  }

  on(event: string): never {
    throw new Error(`The command queue has no event ${event}.`);
  }

  unwrap<T>(): T {
    return this.queue as T;
  }
}

/** Where an exception filter has made something else of the batch, its senders are told. */
function answerAt(answers: unknown, index: number, { commandId }: CommandEnvelope): Promise<CommandAnswer> | CommandAnswer {
  if (Array.isArray(answers)) return answers[index] as Promise<CommandAnswer>;
  return { ok: false, code: 'defect', message: `Command ${commandId} could not be dispatched.` };
}
