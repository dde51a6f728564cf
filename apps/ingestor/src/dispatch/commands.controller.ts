/** From the queue to the shards: a batch in, one promise a command out. */
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { Ingestor } from '../start-ingestor.js';
import { COMMANDS } from './command-queue.strategy.js';

@Controller()
export class CommandsController {
  constructor(@Inject(Ingestor) private readonly ingestor: Ingestor) {}

  @MessagePattern(COMMANDS)
  decide(batch: CommandEnvelope[]): Promise<CommandAnswer>[] {
    return this.ingestor.dispatch(batch);
  }
}
