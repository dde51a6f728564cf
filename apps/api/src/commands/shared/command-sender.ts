/** Tells entities what to do for a management request, and waits until the views show it: a GET right after sees it. */
import { Inject, Injectable } from '@nestjs/common';
import type { CommandAccepted, CommandAnswer, ThingsCommand } from '#contracts';
import { CommandQueue } from '#ports';
import { accepted, refuse } from '../../doors/rest/problem-error.js';
import { CLOCK, type Clock } from '../../tokens.js';
import type { Mint } from './mint.js';
import { Progress, type Shown } from './progress.js';

/** Longer than any healthy projection takes; then the client is told to look again. */
const SHOWN_WITHIN_MS = 10_000;

/** Whose request it is, and what makes its ids. */
export interface Asked {
  accountId: string;
  correlationId: string;
  mint: Mint;
}

@Injectable()
export class CommandSender {
  constructor(
    @Inject(CommandQueue) private readonly queue: CommandQueue,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The entity's answer, whatever it is. `purpose` tells apart the commands of one request. */
  ask<C extends ThingsCommand>(stream: string, command: C, asked: Asked, purpose: string = command.type): Promise<CommandAnswer> {
    return this.queue.send({
      type: command.type,
      stream,
      data: command.data,
      commandId: asked.mint.commandId(`${purpose} ${stream}`),
      accountId: asked.accountId,
      correlationId: asked.correlationId,
      receivedAt: this.clock(),
      ...(asked.mint.bodyHash === undefined ? {} : { bodyHash: asked.mint.bodyHash }),
    });
  }

  /** Throws `ProblemError` where the entity refuses. */
  async tell<C extends ThingsCommand>(stream: string, command: C, asked: Asked): Promise<CommandAccepted> {
    return accepted(await this.ask(stream, command, asked));
  }

  async tellAndShow<C extends ThingsCommand>(stream: string, command: C, asked: Asked): Promise<CommandAccepted> {
    const answer = await this.tell(stream, command, asked);
    await this.shown(answer.position, stream, command.type === 'RegisterSchema' ? 'views and series' : 'views');
    return answer;
  }

  /** A schema changes how series are read, too. */
  async shown(position: number, stream: string, where: Shown = 'views'): Promise<void> {
    if (await this.progress.until(position, stream, where, SHOWN_WITHIN_MS)) return;
    throw refuse('overload.timeout', 'It is stored, but the views do not show it yet.', {}, { 'retry-after': '5' });
  }
}
