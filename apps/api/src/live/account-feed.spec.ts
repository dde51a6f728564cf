import { describe, expect, it } from 'vitest';
import { MemoryLiveBus } from '#adapters/memory';
import type { Scope } from '#contracts';
import { AccountFeed } from './account-feed.js';

const listener = (accountId: string, { scopes = ['read'], deviceIds }: { scopes?: Scope[]; deviceIds?: string[] } = {}) => {
  const heard: string[] = [];
  const credential = { accountId, scopes: new Set(scopes), ...(deviceIds && { deviceIds: new Set(deviceIds) }) };
  return { heard, credential, tellAccount: (event: string) => void heard.push(event) } as never as Parameters<AccountFeed['join']>[0] & {
    heard: string[];
  };
};
const message = (room: string, event = 'analysis.completed') => ({ room, event, data: {} });

describe('the feed of an account', () => {
  it('tells each browser that may read the account, and no other', () => {
    const sut = new AccountFeed(new MemoryLiveBus());
    const [one, two, other] = [listener('a1'), listener('a1', { scopes: ['read', 'manage'] }), listener('a2')];
    const [writer, bound] = [listener('a1', { scopes: ['write'] }), listener('a1', { deviceIds: ['d1'] })];
    for (const each of [one, two, other, writer, bound]) sut.join(each);
    sut.deliver(message('account-a1'));
    expect([one, two, other, writer, bound].map(({ heard }) => heard.length)).toEqual([1, 1, 0, 0, 0]);
  });

  it('passes on what is meant for browsers only', () => {
    const sut = new AccountFeed(new MemoryLiveBus());
    const one = listener('a1');
    sut.join(one);
    sut.deliver(message('account-a1', 'credentials.changed'));
    expect(one.heard).toEqual([]);
  });

  it('listens to an account from its first browser to its last', () => {
    const bus = new MemoryLiveBus();
    const sut = new AccountFeed(bus);
    const [one, two] = [listener('a1'), listener('a1')];
    sut.join(one);
    sut.join(two);
    sut.leave(one);
    sut.leave(one);
    expect(bus.hasListeners('account-a1')).toBe(true);
    sut.leave(two);
    expect(bus.hasListeners('account-a1')).toBe(false);
    sut.deliver(message('account-a1'));
    expect(one.heard.concat(two.heard)).toEqual([]);
  });
});
