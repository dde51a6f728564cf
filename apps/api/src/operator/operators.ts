/** Who may operate: the accounts that the settings name, or every account where they name none. */
import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '#contracts';
import { ViewStore } from '#ports';
import { refuse } from '../doors/rest/problem-error.js';
import { type ApiSettings, SETTINGS } from '../tokens.js';

@Injectable()
export class Operators {
  private readonly addresses: ReadonlySet<string> | undefined;

  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SETTINGS) { operators }: ApiSettings,
  ) {
    this.addresses = operators && new Set(operators);
  }

  /** Whether somebody is named. Where nobody is, each account operates for itself: it sees nothing of the others. */
  get named(): boolean {
    return this.addresses !== undefined;
  }

  /** Whether `accountId` may see what belongs to `owner`. */
  maySee(accountId: string, owner: string): boolean {
    return this.named || accountId === owner;
  }

  async includes(accountId: string): Promise<boolean> {
    if (!this.addresses) return true;
    const account = await this.views.db.selectFrom('accounts').select('email').where('account_id', '=', accountId).executeTakeFirst();
    return account !== undefined && this.addresses.has(account.email);
  }

  /** Throws 403 where a key would have a scope that its account has not. */
  async checkScopes(accountId: string, scopes: readonly Scope[]): Promise<void> {
    if (scopes.includes('operate') && !(await this.includes(accountId)))
      throw refuse('auth.not-an-operator', 'This account may not issue keys with the scope "operate".', { scope: 'operate' });
  }
}
