/** Who is asking, and the keys of the account. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ApiKeyView, ListView, MeView, Scope } from '#contracts';
import { ViewStore } from '#ports';
import type { Credential } from '../../admission/credentials.js';
import { isoOf } from '../../commands/shared/devices.js';
import { refuse } from '../../doors/rest/problem-error.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { pageOfRows } from '../shared/page-of-rows.js';
import { limitOf, type Parameters } from '../shared/parameters.js';

export class GetMe extends Query<MeView> {
  constructor(readonly credential: Credential) {
    super();
  }
}

@QueryHandler(GetMe)
export class GetMeHandler implements IQueryHandler<GetMe> {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  async execute({ credential }: GetMe): Promise<MeView> {
    const { accountId, scopes, deviceIds, expiresAt } = credential;
    const account = await this.views.db.selectFrom('accounts').select('email').where('account_id', '=', accountId).executeTakeFirst();
    if (!account) throw refuse('account.unknown', 'The account is not there.');
    return {
      accountId,
      email: account.email,
      scopes: [...scopes],
      ...(deviceIds && { deviceIds: [...deviceIds] }),
      ...(expiresAt !== undefined && { expiresAt: isoOf(expiresAt) }),
    };
  }
}

export class ListApiKeys extends Query<ListView<ApiKeyView>> {
  constructor(
    readonly accountId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

/** Keys that were not revoked, oldest first. */
@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(@Inject(ViewStore) private readonly views: ViewStore) {}

  async execute({ accountId, parameters }: ListApiKeys): Promise<ListView<ApiKeyView>> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number', 'string']) as [number, string] | undefined;
    let query = this.views.db.selectFrom('api_keys').selectAll().where('account_id', '=', accountId).where('revoked_at', 'is', null);
    if (after) {
      const [time, keyId] = after;
      query = query.where((row) =>
        row.or([row('created_at', '>', time), row.and([row('created_at', '=', time), row('key_id', '>', keyId)])]),
      );
    }
    const { rows, more } = await pageOfRows(query.orderBy('created_at').orderBy('key_id'), { limit, large: ['device_ids'] });
    const items = rows.map((row) => ({
      keyId: row.key_id,
      name: row.name,
      scopes: JSON.parse(row.scopes) as Scope[],
      ...(row.device_ids === null ? {} : { deviceIds: JSON.parse(row.device_ids) as string[] }),
      createdAt: isoOf(row.created_at),
      ...(row.expires_at === null ? {} : { expiresAt: isoOf(row.expires_at) }),
    }));
    const last = rows.at(-1);
    return { items, ...(more && last && { next: cursorOf([last.created_at, last.key_id]) }) };
  }
}
