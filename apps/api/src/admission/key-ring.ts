/** Finds the credential behind a token: in a bounded cache, else in the views. Revocations reach it over the live bus. */
import { Inject, Injectable } from '@nestjs/common';
import type { CredentialsChangedMessage, Scope } from '#contracts';
import { SCOPES } from '#contracts';
import { CREDENTIALS_ROOM, LiveBus, ViewStore } from '#ports';
import { Operators } from '../operator/operators.js';
import { CLOCK, type Clock } from '../tokens.js';
import { BoundedMap } from './bounded-map.js';
import { type Credential, hashOf, SESSION_PREFIX } from './credentials.js';

const CACHED_MAX = 20_000;
/** Longest time a revocation stays unknown should its message be lost on the way. */
const CACHED_MS_MAX = 5_000;
/** Hashes looked up by one query. */
const LOOKED_UP_MAX = 500;

type Change = CredentialsChangedMessage['changes'][number];

@Injectable()
export class KeyRing {
  private readonly cache = new BoundedMap<string, { credential: Credential; until: number }>(CACHED_MAX);
  /** Counts revocations: what was read from the views before one must not be cached after it. */
  private revocations = 0;
  private readonly gone = new Set<(credentialId: string) => void>();
  private readonly stops: (() => void)[];

  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(LiveBus) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Operators) private readonly operators: Operators,
  ) {
    bus.setListening(CREDENTIALS_ROOM, true);
    const hear = bus.subscribe((messages) => {
      for (const { room, data } of messages) {
        if (room === CREDENTIALS_ROOM) this.forget((data as unknown as CredentialsChangedMessage).changes ?? []);
      }
    });
    this.stops = [hear, bus.onGap(() => this.forgetAll())];
  }

  /** The cached credential of this token, by its hash, without a promise: the way of nearly every request. */
  cached(hash: string): Credential | undefined {
    const entry = this.cache.get(hash);
    if (!entry) return undefined;
    const now = this.clock();
    if (now < entry.until && now < (entry.credential.expiresAt ?? Infinity)) return entry.credential;
    this.cache.delete(entry.credential.hash);
    return undefined;
  }

  /** Undefined where the token is unknown, expired or revoked. */
  async find(token: string): Promise<Credential | undefined> {
    const hash = hashOf(token);
    const known = this.cached(hash);
    if (known) return known;
    const before = this.revocations;
    const found = token.startsWith(SESSION_PREFIX) ? await this.session(hash) : await this.apiKey(hash);
    const credential = found && (await this.withinAccount(found));
    const now = this.clock();
    if (!credential || now >= (credential.expiresAt ?? Infinity)) return undefined;
    if (before === this.revocations) this.cache.set(hash, { credential, until: now + CACHED_MS_MAX });
    return credential;
  }

  /** Forgets revoked keys and ended sessions, and tells who holds connections opened with them. */
  forget(changes: Change[]): void {
    this.revocations++;
    const ended = new Set(changes.map((change) => nameOf(change.accountId, idOf(change))));
    // Once for all of them: an account may end a thousand sessions at once.
    for (const { credential } of this.cache.values()) {
      if (ended.has(nameOf(credential.accountId, credential.id))) this.cache.delete(credential.hash);
    }
    for (const change of changes) for (const tell of this.gone) tell(idOf(change));
  }

  /** Of these, the ids of those that were revoked or ended meanwhile, as the views show it: for connections that outlive what told of it. */
  async revokedAmong(credentials: Iterable<Credential>): Promise<string[]> {
    const all = [...credentials];
    const [keys, sessions] = (['api-key', 'session'] as const).map((kind) =>
      all.filter((one) => one.kind === kind).map(({ hash }) => hash),
    );
    const revoked: string[] = [];
    for (const some of chunksOf(keys!)) {
      const query = this.views.db.selectFrom('api_keys').select('key_id as id').where('revoked_at', 'is not', null);
      revoked.push(...(await query.where('key_hash', 'in', some).execute()).map(({ id }) => id));
    }
    for (const some of chunksOf(sessions!)) {
      const query = this.views.db.selectFrom('sessions').select('session_id as id').where('ended_at', 'is not', null);
      revoked.push(...(await query.where('token_hash', 'in', some).execute()).map(({ id }) => id));
    }
    return revoked;
  }

  onChanged(tell: (credentialId: string) => void): void {
    this.gone.add(tell);
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.bus.setListening(CREDENTIALS_ROOM, false);
  }

  /** A revocation may have been missed: everything is read anew. */
  private forgetAll(): void {
    this.revocations++;
    this.cache.clear();
  }

  /** Without the scope `operate` where its account is none of the operators. */
  private async withinAccount(credential: Credential): Promise<Credential> {
    if (!credential.scopes.has('operate') || (await this.operators.includes(credential.accountId))) return credential;
    const scopes = new Set([...credential.scopes].filter((scope) => scope !== 'operate'));
    return { ...credential, scopes, operatesNot: true };
  }

  private async apiKey(hash: string): Promise<Credential | undefined> {
    const row = await this.views.db
      .selectFrom('api_keys')
      .selectAll()
      .where('key_hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      kind: 'api-key',
      hash,
      id: row.key_id,
      accountId: row.account_id,
      scopes: new Set(JSON.parse(row.scopes) as Scope[]),
      ...(row.device_ids === null ? {} : { deviceIds: new Set(JSON.parse(row.device_ids) as string[]) }),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    };
  }

  private async session(hash: string): Promise<Credential | undefined> {
    const row = await this.views.db
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', hash)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    return { kind: 'session', hash, id: row.session_id, accountId: row.account_id, scopes: new Set(SCOPES), expiresAt: row.expires_at };
  }
}

const idOf = (change: Change): string => ('keyId' in change ? change.keyId : change.sessionId);
const nameOf = (accountId: string, id: string): string => `${accountId} ${id}`;

function* chunksOf(hashes: string[]): Iterable<string[]> {
  for (let at = 0; at < hashes.length; at += LOOKED_UP_MAX) yield hashes.slice(at, at + LOOKED_UP_MAX);
}
