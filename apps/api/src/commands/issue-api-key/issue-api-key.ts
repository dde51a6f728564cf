/** Issues an API key; only its hash is kept. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream, type ApiKeyView, type Scope } from '#contracts';
import { ViewStore } from '#ports';
import { hashOf } from '../../admission/credentials.js';
import { CLOCK, type Clock } from '../../tokens.js';
import { CommandSender } from '../shared/command-sender.js';
import type { Mint } from '../shared/mint.js';
import { isoOf } from '../shared/devices.js';

export interface KeyWish {
  name: string;
  scopes: Scope[];
  deviceIds?: string[];
  /** ms since epoch. */
  expiresAt?: number;
}

export class IssueKey extends Command<ApiKeyView> {
  constructor(
    readonly accountId: string,
    readonly wish: KeyWish,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(IssueKey)
export class IssueApiKeyHandler implements ICommandHandler<IssueKey> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ accountId, wish, mint, correlationId }: IssueKey): Promise<ApiKeyView> {
    const keyId = mint.id('k');
    const { deviceIds, expiresAt } = wish;
    const key = {
      keyId,
      name: wish.name,
      keyHash: hashOf(mint.apiKey()),
      scopes: [...new Set(wish.scopes)],
      ...(deviceIds && { deviceIds }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    await this.sender.tellAndShow(accountStream(accountId), { type: 'IssueApiKey', data: key }, { accountId, correlationId, mint });
    const row = await this.views.db
      .selectFrom('api_keys')
      .select('created_at')
      .where('key_id', '=', keyId)
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return {
      keyId,
      name: key.name,
      scopes: key.scopes,
      ...(deviceIds && { deviceIds }),
      createdAt: isoOf(row?.created_at ?? this.clock()),
      ...(expiresAt !== undefined && { expiresAt: isoOf(expiresAt) }),
    };
  }
}
