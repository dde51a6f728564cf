import { describe, expect, it } from 'vitest';
import type { AccountCommand, AccountEvent, RecordedEvent } from '#contracts';
import { fold, given, NOW, type Subject } from '../kernel/testing/index.js';
import { accountDecider, API_KEYS_MAX, freezeAccount, SESSIONS_MAX, thawAccount, type AccountState } from './account.js';
import { answerForAccount } from './answers.js';

const account: Subject<AccountState, AccountCommand, AccountEvent> = { decider: accountDecider, freeze: freezeAccount, thaw: thawAccount };
const OPEN = { accountId: 'a1', email: 'ada@example.org', passwordHash: '$argon2id$…' };
const opened: AccountEvent = { type: 'AccountOpened', data: OPEN };
const key = (keyId: string) => ({ keyId, name: 'gateway', keyHash: `hash of ${keyId}`, scopes: ['read' as const] });
const issued = (keyId: string): AccountEvent => ({ type: 'ApiKeyIssued', data: key(keyId) });
const session = (sessionId: string, expiresAt = NOW + 1_000) => ({ sessionId, tokenHash: `hash of ${sessionId}`, expiresAt });
const started = (sessionId: string, expiresAt?: number): AccountEvent => ({ type: 'SessionStarted', data: session(sessionId, expiresAt) });

describe('an account › before it is opened', () => {
  it('is opened', () => given(account).when({ type: 'OpenAccount', data: OPEN }).then([opened]));
  it.each<AccountCommand>([
    { type: 'IssueApiKey', data: key('k1') },
    { type: 'RevokeApiKey', data: { keyId: 'k1' } },
    { type: 'StartSession', data: session('s1') },
    { type: 'EndSession', data: { sessionId: 's1' } },
  ])('refuses $type', (command) => given(account).when(command).thenRefused('account.unknown'));
});

describe('an account › when it is open', () => {
  it('is opened once; the rest of a request that was cut off changes nothing', () => {
    given(account, [opened])
      .when({ type: 'OpenAccount', data: { ...OPEN, passwordHash: 'another salt' } })
      .thenNothing();
    given(account, [opened])
      .when({ type: 'OpenAccount', data: { ...OPEN, email: 'eve@example.org' } })
      .thenRefused('account.email-taken');
  });

  it('issues a key once, and revokes it once', () => {
    given(account, [opened])
      .when({ type: 'IssueApiKey', data: key('k1') })
      .then([issued('k1')]);
    given(account, [opened, issued('k1')])
      .when({ type: 'IssueApiKey', data: key('k1') })
      .thenNothing();
    const revoked: AccountEvent = { type: 'ApiKeyRevoked', data: { keyId: 'k1' } };
    given(account, [opened, issued('k1')])
      .when({ type: 'RevokeApiKey', data: { keyId: 'k1' } })
      .then([revoked]);
    given(account, [opened, issued('k1'), revoked])
      .when({ type: 'RevokeApiKey', data: { keyId: 'k1' } })
      .thenRefused('api-key.unknown');
    given(account, [opened])
      .when({ type: 'RevokeApiKey', data: { keyId: 'k1' } })
      .thenRefused('api-key.unknown');
  });

  it('has a limit of keys, which counts those that were not revoked', () => {
    let state = fold(account, [opened]);
    const evolve = (event: AccountEvent, revision: number) =>
      (state = accountDecider.evolve(state, { event, revision, commandId: 'c', recordedAt: NOW }));
    for (let i = 0; i < API_KEYS_MAX; i++) evolve(issued(`k${i}`), i + 1);
    const decide = () =>
      accountDecider.decide(state, { command: { type: 'IssueApiKey', data: key('one more') }, commandId: 'c', now: NOW });
    expect(decide()).toMatchObject({ rejection: { code: 'api-key.too-many' } });
    evolve({ type: 'ApiKeyRevoked', data: { keyId: 'k5' } }, 2_000);
    expect(decide()).toMatchObject({ kind: 'accept' });
  });

  it('starts a session once, and ends it once', () => {
    given(account, [opened])
      .when({ type: 'StartSession', data: session('s1') })
      .then([started('s1')]);
    given(account, [opened, started('s1')])
      .when({ type: 'StartSession', data: session('s1') })
      .thenNothing();
    const ended: AccountEvent = { type: 'SessionEnded', data: { sessionId: 's1' } };
    given(account, [opened, started('s1')])
      .when({ type: 'EndSession', data: { sessionId: 's1' } })
      .then([ended]);
    given(account, [opened, started('s1'), ended])
      .when({ type: 'EndSession', data: { sessionId: 's1' } })
      .thenRefused('session.unknown');
  });

  it('forgets expired sessions when another starts', () => {
    const state = fold(account, [opened, started('old', NOW), started('new')]);
    expect(freezeAccount(state)).toMatchObject({ sessions: [['new', NOW + 1_000]] });
  });

  it('ends the oldest session where there are too many', () => {
    let state = fold(account, [opened]);
    for (let i = 0; i < SESSIONS_MAX; i++)
      state = accountDecider.evolve(state, { event: started(`s${i}`), revision: i + 1, commandId: 'c', recordedAt: NOW });
    const decision = accountDecider.decide(state, {
      command: { type: 'StartSession', data: session('one more') },
      commandId: 'c',
      now: NOW,
    });
    expect(decision).toEqual({ kind: 'accept', events: [{ type: 'SessionEnded', data: { sessionId: 's0' } }, started('one more')] });
  });

  it('repeats a command that arrives again, and refuses it with another body', () => {
    const history = [opened, { event: issued('k1'), commandId: 'c', bodyHash: 'h' }];
    given(account, history)
      .when({ type: 'IssueApiKey', data: key('k1') }, { commandId: 'c', bodyHash: 'h' })
      .thenRepeats(1);
    given(account, history)
      .when({ type: 'IssueApiKey', data: key('k2') }, { commandId: 'c', bodyHash: 'i' })
      .thenRefused('idempotency.key-reused');
  });
});

describe('the answer of an account', () => {
  const state = fold(account, [opened]);
  it.each<[AccountCommand, AccountEvent[], unknown]>([
    [{ type: 'OpenAccount', data: OPEN }, [opened], { accountId: 'a1' }],
    [{ type: 'OpenAccount', data: OPEN }, [], { accountId: 'a1' }],
    [{ type: 'IssueApiKey', data: key('k1') }, [issued('k1')], { keyId: 'k1' }],
    [{ type: 'RevokeApiKey', data: { keyId: 'k1' } }, [], { keyId: 'k1' }],
    [
      { type: 'StartSession', data: session('s1') },
      [{ type: 'SessionEnded', data: { sessionId: 's0' } }, started('s1')],
      { sessionId: 's1', expiresAt: NOW + 1_000 },
    ],
    [{ type: 'EndSession', data: { sessionId: 's1' } }, [], { sessionId: 's1' }],
  ])('to $type names what it was about', (command, events, answer) => {
    expect(answerForAccount(command, events as unknown as RecordedEvent[], state)).toEqual(answer);
  });
});
