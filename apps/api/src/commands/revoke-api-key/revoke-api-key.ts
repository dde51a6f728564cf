/** Revokes an API key, at once: it is refused, and its sockets are closed, before the answer is given. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream } from '#contracts';
import { KeyRing } from '../../admission/key-ring.js';
import { CommandSender } from '../shared/command-sender.js';
import type { Mint } from '../shared/mint.js';

export class RevokeKey extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly keyId: string,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeKey> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(KeyRing) private readonly keys: KeyRing,
  ) {}

  async execute({ accountId, keyId, mint, correlationId }: RevokeKey): Promise<void> {
    await this.sender.tellAndShow(accountStream(accountId), { type: 'RevokeApiKey', data: { keyId } }, { accountId, correlationId, mint });
    this.keys.forget([{ accountId, keyId }]);
  }
}
