/** Signs in with address and password. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream } from '#contracts';
import { ViewStore } from '#ports';
import { hashOf } from '../../admission/credentials.js';
import { Passwords } from '../../admission/passwords.js';
import { refuse } from '../../doors/rest/problem-error.js';
import { type ApiSettings, CLOCK, type Clock, SETTINGS } from '../../tokens.js';
import { addressOf } from '../open-account/open-account.js';
import { CommandSender } from '../shared/command-sender.js';
import type { Mint } from '../shared/mint.js';

export interface StartedSession {
  accountId: string;
  sessionId: string;
  /** ms since epoch. */
  expiresAt: number;
}

export class SignIn extends Command<StartedSession> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(SignIn)
export class StartSessionHandler implements ICommandHandler<SignIn> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ email, password, mint, correlationId }: SignIn): Promise<StartedSession> {
    const account = await this.views.db
      .selectFrom('accounts')
      .select(['account_id', 'password_hash'])
      .where('email', '=', addressOf(email))
      .executeTakeFirst();
    const matches = await this.passwords.matches(password, account?.password_hash);
    if (!account || !matches) throw refuse('auth.bad-sign-in', 'There is no account with this address and password.');
    const accountId = account.account_id;
    const session = {
      sessionId: mint.id('s'),
      tokenHash: hashOf(mint.sessionToken()),
      expiresAt: this.clock() + this.settings.sessionHours * 3_600_000,
    };
    await this.sender.tellAndShow(accountStream(accountId), { type: 'StartSession', data: session }, { accountId, correlationId, mint });
    return { accountId, sessionId: session.sessionId, expiresAt: session.expiresAt };
  }
}
