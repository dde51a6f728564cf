/** Who acknowledges or silences, by a name that people know. */
import { Inject, Injectable } from '@nestjs/common';
import { ViewStore } from '#ports';
import type { Credential } from '../admission/credentials.js';

@Injectable()
export class WhoActs {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  /** The address of the account for a person, the name of the key for a program. */
  async nameOf({ kind, id, accountId }: Credential): Promise<string> {
    if (kind === 'api-key') {
      const key = await this.views.db
        .selectFrom('api_keys')
        .select('name')
        .where('account_id', '=', accountId)
        .where('key_id', '=', id)
        .executeTakeFirst();
      return key?.name ?? id;
    }
    const account = await this.views.db.selectFrom('accounts').select('email').where('account_id', '=', accountId).executeTakeFirst();
    return account?.email ?? accountId;
  }
}
