/** Signs out: the session's token is worth nothing afterwards, and its sockets are closed. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream } from '#contracts';
import type { Credential } from '../../admission/credentials.js';
import { KeyRing } from '../../admission/key-ring.js';
import { refuse } from '../../doors/rest/problem-error.js';
import { CommandSender } from '../shared/command-sender.js';
import { Mint } from '../shared/mint.js';

export class SignOut extends Command<void> {
  constructor(
    readonly credential: Credential,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(SignOut)
export class EndSessionHandler implements ICommandHandler<SignOut> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(KeyRing) private readonly keys: KeyRing,
  ) {}

  async execute({ credential, correlationId }: SignOut): Promise<void> {
    const { accountId, id: sessionId, kind } = credential;
    if (kind !== 'session') throw refuse('session.unknown', 'This request carries an API key, not a session.');
    await this.sender.tellAndShow(
      accountStream(accountId),
      { type: 'EndSession', data: { sessionId } },
      { accountId, correlationId, mint: Mint.random() },
    );
    this.keys.forget([{ accountId, sessionId }]);
  }
}
