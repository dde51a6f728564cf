/** Opens an account: the address is claimed first, so that two accounts never share one. */
import { hash } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream, type CommandAnswer, emailStream, type Scope } from '#contracts';
import { EventLog } from '#ports';
import { hashOf } from '../../admission/credentials.js';
import { Passwords } from '../../admission/passwords.js';
import { refusalOf, refuse } from '../../doors/rest/problem-error.js';
import { CommandSender } from '../shared/command-sender.js';
import type { Mint } from '../shared/mint.js';

/** What the first key of an account may do. */
const FIRST_KEY_SCOPES: Scope[] = ['read', 'write', 'manage'];

export class OpenAccountForAddress extends Command<{ accountId: string; keyId: string }> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly mint: Mint,
    readonly correlationId: string,
  ) {
    super();
  }
}

/** Addresses are compared without regard to case or surrounding space. */
export const addressOf = (email: string): string => email.trim().toLowerCase();
export const addressHashOf = (address: string): string => hash('sha256', address, 'hex');

@CommandHandler(OpenAccountForAddress)
export class OpenAccountHandler implements ICommandHandler<OpenAccountForAddress> {
  constructor(
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Passwords) private readonly passwords: Passwords,
  ) {}

  async execute({ email, password, mint, correlationId }: OpenAccountForAddress): Promise<{ accountId: string; keyId: string }> {
    const address = addressOf(email);
    const own = mint.id('a');
    const claim = await this.sender.ask(
      emailStream(addressHashOf(address)),
      { type: 'ClaimEmail', data: { accountId: own } },
      { accountId: own, correlationId, mint },
    );
    const accountId = claim.ok ? own : holderIn(claim);
    const stream = accountStream(accountId);
    const asked = { accountId, correlationId, mint };
    const commandId = mint.commandId(`OpenAccount ${stream}`);
    // A claim may stand without an account where a sign-up was cut off: then the next one goes on from there.
    if (!(await this.isFreeOrOwn(stream, commandId))) throw taken();
    const passwordHash = await this.passwords.hash(password);
    await this.sender.tell(stream, { type: 'OpenAccount', data: { accountId, email: address, passwordHash } }, asked);
    if (!(await this.isFreeOrOwn(stream, commandId))) throw taken();
    const keyId = mint.id('k');
    const key = { keyId, name: 'First key', keyHash: hashOf(mint.apiKey()), scopes: FIRST_KEY_SCOPES };
    await this.sender.tellAndShow(stream, { type: 'IssueApiKey', data: key }, asked);
    return { accountId, keyId };
  }

  /** The log is asked, not the views: someone else may have opened it a moment ago. */
  private async isFreeOrOwn(stream: string, commandId: string): Promise<boolean> {
    const [opened] = await this.log.readStream(stream, 0, 1);
    return opened === undefined || opened.metadata.commandId === commandId;
  }
}

/** Who holds the address is for us alone: it never reaches the answer. */
function holderIn(claim: Extract<CommandAnswer, { ok: false }>): string {
  const holder = claim.details?.['accountId'];
  if (claim.code !== 'account.email-taken' || typeof holder !== 'string') throw refusalOf(claim);
  return holder;
}

const taken = () => refuse('account.email-taken', 'An account with this address exists.');
