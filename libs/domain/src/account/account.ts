/** The account: its API keys and sessions. Stream: `account-<accountId>`. */
import type { AccountCommand, AccountEvent, EndSession, IssueApiKey, OpenAccount, RevokeApiKey, StartSession } from '#contracts';
import { accept, reject, type Decider, type Decision, type Happened, type Told } from '../kernel/decider.js';
import { RecentCommands, type FrozenCommands } from '../kernel/recent-commands.js';
import { applyRules, type Rules } from '../kernel/rules.js';

/** A key for each device of a large fleet is a design we advise against: keys are bound to devices by `deviceIds`. */
export const API_KEYS_MAX = 1_000;
/** Sign-ins of one account that live at once; the oldest ends when one more begins. */
export const SESSIONS_MAX = 1_000;
export const ACCOUNT_SNAPSHOT_VERSION = 1;

export type AccountState = UnknownAccount | OpenedAccount;
export interface UnknownAccount {
  readonly phase: 'unknown';
}
export interface OpenedAccount {
  readonly phase: 'open';
  readonly email: string;
  /** Ids of the keys that were not revoked. */
  readonly keys: ReadonlySet<string>;
  /** Session id → when it expires (ms since epoch), oldest first. */
  readonly sessions: ReadonlyMap<string, number>;
  readonly recent: RecentCommands;
}

type AccountDecision = Decision<AccountEvent>;
type PhaseRules<S> = Rules<S, AccountCommand, AccountEvent>;

export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent> = {
  initial: { phase: 'unknown' },
  decide(state, told) {
    if (state.phase === 'unknown') return applyRules(whenUnknown, state, told);
    return state.recent.decideAgain(told) ?? applyRules(whenOpen, state, told);
  },
  evolve: evolveAccount,
};

const refuseUnknown = (): AccountDecision => reject('account.unknown', 'there is no such account');

const whenUnknown: PhaseRules<UnknownAccount> = {
  OpenAccount: (_, { data }) => accept<AccountEvent>({ type: 'AccountOpened', data }),
  IssueApiKey: refuseUnknown,
  RevokeApiKey: refuseUnknown,
  StartSession: refuseUnknown,
  EndSession: refuseUnknown,
};

/** What was done already (same id) is not done again: such a command is the rest of a request that was cut off. */
const whenOpen: PhaseRules<OpenedAccount> = {
  OpenAccount: openAgain,
  IssueApiKey: issueApiKey,
  RevokeApiKey: revokeApiKey,
  StartSession: startSession,
  EndSession: endSession,
};

function openAgain({ email }: OpenedAccount, { data }: OpenAccount): AccountDecision {
  return data.email === email ? accept() : reject('account.email-taken', 'the account is open under another address');
}

function issueApiKey({ keys }: OpenedAccount, { data }: IssueApiKey): AccountDecision {
  if (keys.has(data.keyId)) return accept();
  if (keys.size >= API_KEYS_MAX) return reject('api-key.too-many', `the account has ${keys.size} keys; ${API_KEYS_MAX} are allowed`);
  return accept<AccountEvent>({ type: 'ApiKeyIssued', data });
}

function revokeApiKey({ keys }: OpenedAccount, { data: { keyId } }: RevokeApiKey): AccountDecision {
  if (!keys.has(keyId)) return reject('api-key.unknown', 'there is no such API key, or it was revoked');
  return accept<AccountEvent>({ type: 'ApiKeyRevoked', data: { keyId } });
}

function startSession({ sessions }: OpenedAccount, { data }: StartSession, { now }: Told<AccountCommand>): AccountDecision {
  if (sessions.has(data.sessionId)) return accept();
  const started: AccountEvent = { type: 'SessionStarted', data };
  const live = [...sessions].filter(([, expiresAt]) => expiresAt > now);
  if (live.length < SESSIONS_MAX) return accept(started);
  return accept<AccountEvent>({ type: 'SessionEnded', data: { sessionId: live[0]![0] } }, started);
}

function endSession({ sessions }: OpenedAccount, { data: { sessionId } }: EndSession): AccountDecision {
  if (!sessions.has(sessionId)) return reject('session.unknown', 'there is no such session, or it has ended');
  return accept<AccountEvent>({ type: 'SessionEnded', data: { sessionId } });
}

function evolveAccount(state: AccountState, happened: Happened<AccountEvent>): AccountState {
  const { event, recordedAt } = happened;
  const recent = (state.phase === 'unknown' ? RecentCommands.none : state.recent).after(happened);
  if (event.type === 'AccountOpened') {
    return { phase: 'open', email: event.data.email, keys: new Set(), sessions: new Map(), recent };
  }
  if (state.phase === 'unknown') return state;
  switch (event.type) {
    case 'ApiKeyIssued':
      return { ...state, keys: new Set(state.keys).add(event.data.keyId), recent };
    case 'ApiKeyRevoked':
      return { ...state, keys: new Set([...state.keys].filter((keyId) => keyId !== event.data.keyId)), recent };
    case 'SessionStarted': {
      const live = [...state.sessions].filter(([, expiresAt]) => expiresAt > recordedAt);
      return { ...state, sessions: new Map([...live, [event.data.sessionId, event.data.expiresAt]]), recent };
    }
    case 'SessionEnded':
      return { ...state, sessions: new Map([...state.sessions].filter(([id]) => id !== event.data.sessionId)), recent };
    default:
      return event satisfies never;
  }
}

export type FrozenAccount =
  | { phase: 'unknown' }
  | { phase: 'open'; email: string; keys: string[]; sessions: [sessionId: string, expiresAt: number][]; recent: FrozenCommands };

export function freezeAccount(state: AccountState): FrozenAccount {
  if (state.phase === 'unknown') return { phase: 'unknown' };
  const { email, keys, sessions, recent } = state;
  return { phase: 'open', email, keys: [...keys], sessions: [...sessions], recent: recent.freeze() };
}

export function thawAccount(frozen: unknown): AccountState {
  const state = frozen as FrozenAccount;
  if (state.phase === 'unknown') return state;
  const { email, keys, sessions, recent } = state;
  return { phase: 'open', email, keys: new Set(keys), sessions: new Map(sessions), recent: RecentCommands.thaw(recent) };
}
